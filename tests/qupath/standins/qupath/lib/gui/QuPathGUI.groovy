package qupath.lib.gui

/** The window; there is none (a null instance) when scripts run headless. */
class QuPathGUI {
    static QuPathGUI instance
    final Viewer viewer = new Viewer()
}

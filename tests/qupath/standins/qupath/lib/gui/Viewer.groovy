package qupath.lib.gui

class Viewer {
    final OverlayOptions overlayOptions = new OverlayOptions()
}

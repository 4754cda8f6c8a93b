package qupath.lib.gui

class Viewer {
    Object imageData  // the image that the user looks at
    final OverlayOptions overlayOptions = new OverlayOptions()
}

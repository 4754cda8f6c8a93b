package qupath.lib.gui

class OverlayOptions {
    boolean fillDetections = false
    float opacity = 1
    Object measurementMapper
}

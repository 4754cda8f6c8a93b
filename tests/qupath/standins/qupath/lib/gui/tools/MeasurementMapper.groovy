package qupath.lib.gui.tools

/** Its range is that of the data until it is told otherwise, as QuPath's. */
class MeasurementMapper {
    final Object colorMap
    final String measurement
    final int objects
    double displayMinValue, displayMaxValue

    MeasurementMapper(Object colorMap, String measurement, Collection objects) {
        this.colorMap = colorMap
        this.measurement = measurement
        this.objects = objects.size()
        def values = objects.collect { it.getMeasurements()[measurement] }.findAll { it != null }
        displayMinValue = values.min() ?: 0
        displayMaxValue = values.max() ?: 0
    }
}

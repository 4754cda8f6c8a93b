package qupath.lib.objects

/** What GeoJSON says of an object. New ones get a random id, as in QuPath. */
class PathObject {
    UUID id = UUID.randomUUID()
    String type = 'annotation'
    String name
    Map<String, Object> pathClass
    boolean locked = false
    Map<String, Double> measurements = [:]
    Region region

    UUID getID() { return id }
    void setID(UUID to) {
        if (to == null) throw new IllegalArgumentException('an id cannot be null')
        id = to
    }
    boolean isTile() { return type == 'tile' }
    boolean isAnnotation() { return type == 'annotation' }
    Map<String, Double> getMeasurements() { return measurements }
    boolean hasROI() { return region != null }
    Region getROI() { return region }
}

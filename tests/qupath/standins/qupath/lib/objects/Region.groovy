package qupath.lib.objects

class Region {
    Map<String, Object> geometry
    boolean isArea() { return geometry.type in ['Polygon', 'MultiPolygon'] }
}

package qupath.lib.color

class ColorMaps {
    static Map<String, Object> getColorMaps() { return [Inferno: 'Inferno', Viridis: 'Viridis'] }
}

package qupath.lib.io

import com.google.gson.GsonBuilder
import java.nio.file.Path
import java.util.zip.GZIPInputStream
import qupath.lib.objects.PathObject
import qupath.lib.objects.Region

/** Reads and writes GeoJSON by QuPath's rules, as far as slidetype's files and these tests go. */
class PathIO {
    static final gson = new GsonBuilder().create()

    static List<PathObject> readObjects(Path path) {
        def text = path.toString().endsWith('.gz') ? new GZIPInputStream(path.newInputStream()).getText('UTF-8')
                                                   : path.toFile().getText('UTF-8')
        return objectsIn(gson.fromJson(text, Object))
    }

    /** A collection, a feature, a geometry, or a list of these; objects within objects behind those that hold them. */
    static List<PathObject> objectsIn(Object document) {
        if (document instanceof List) return document.collectMany { objectsIn(it) }
        if (!(document instanceof Map)) throw new IOException('no GeoJSON')
        if (document.type == 'FeatureCollection') return objectsIn(document.features)
        if (document.type != 'Feature') return [objectOf([geometry: document])]
        def properties = document.properties ?: [:]
        return [objectOf(document)] + objectsIn(properties.childObjects ?: properties.children ?: [])
    }

    private static final TYPES = ['tile', 'detection', 'cell', 'annotation', 'tmaCore', 'root']
    private static final SHAPES = ['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon']

    private static PathObject objectOf(Map feature) {
        def properties = feature.properties ?: [:]
        if (feature.geometry == null) throw new IOException('a feature without a shape')
        if (feature.geometry && !(feature.geometry.type in SHAPES)) throw new IOException("bad shape ${feature.geometry.type}")
        def pathClass = properties.classification ?: null
        if (pathClass instanceof String && pathClass.startsWith('{')) throw new IOException("an odd class $pathClass")
        if (pathClass instanceof String) pathClass = [name: pathClass, color: [0, 0, 0]]
        if (pathClass != null && (!pathClass.name || pathClass.color?.size() != 3)) throw new IOException("bad class $pathClass")
        def type = properties.objectType ?: 'annotation'
        if (!(type in TYPES)) throw new IOException("bad type ${properties.objectType}")
        if (!(properties.measurements ?: [:] instanceof Map)) throw new IOException('a list of measurements')
        return new PathObject(id: idOf(feature.id), type: type, name: properties.name,
                              pathClass: pathClass, locked: properties.isLocked ?: false,
                              measurements: (properties.measurements ?: [:]).collectEntries { [it.key, it.value as double] },
                              region: feature.geometry ? new Region(geometry: feature.geometry) : null)
    }

    /** What is no UUID gets a random one. */
    private static UUID idOf(Object id) {
        try {
            return UUID.fromString(id)
        } catch (RuntimeException ignored) {
            return UUID.randomUUID()
        }
    }

    static void writeObjects(Collection<PathObject> objects, File file) {
        def features = objects.collect { object ->
            def properties = [objectType: object.type]
            if (object.name != null) properties.name = object.name
            if (object.pathClass != null) properties.classification = object.pathClass
            if (object.locked) properties.isLocked = true
            if (object.measurements) properties.measurements = object.measurements
            [type: 'Feature', id: object.getID().toString(), geometry: object.region.geometry, properties: properties]
        }
        file.setText(gson.toJson([type: 'FeatureCollection', features: features]), 'UTF-8')
    }
}

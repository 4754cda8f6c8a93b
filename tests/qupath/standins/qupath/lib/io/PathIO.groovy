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
        def document = gson.fromJson(text, Map)
        if (document.type != 'FeatureCollection') throw new IOException("$path: no FeatureCollection")
        return document.features.collect { objectOf(it) }
    }

    private static PathObject objectOf(Map feature) {
        def properties = feature.properties
        if (feature.geometry == null || properties == null) throw new IOException('a feature without shape or properties')
        def pathClass = properties.classification
        if (pathClass != null && (!pathClass.name || pathClass.color?.size() != 3)) throw new IOException("bad class $pathClass")
        if (!(properties.objectType in ['tile', 'annotation'])) throw new IOException("bad type ${properties.objectType}")
        return new PathObject(id: UUID.fromString(feature.id), type: properties.objectType, name: properties.name,
                              pathClass: pathClass, locked: properties.isLocked ?: false,
                              measurements: (properties.measurements ?: [:]).collectEntries { [it.key, it.value as double] },
                              region: new Region(geometry: feature.geometry))
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

import qupath.lib.io.PathIO
import qupath.lib.objects.Hierarchy
import qupath.lib.objects.PathObject

/** The functions that QuPath gives to every script. */
abstract class QuPathScript extends Script {
    private OpenImage image() { return binding.getVariable('openImage') }

    OpenImage getCurrentImageData() { return image() }
    Hierarchy getCurrentHierarchy() { return image()?.hierarchy }
    Collection<PathObject> getAnnotationObjects() { return image().hierarchy.objects.findAll { it.isAnnotation() } }
    Collection<PathObject> getTileObjects() { return image().hierarchy.objects.findAll { it.isTile() } }
    Collection<PathObject> getSelectedObjects() { return image().selected }
    Object getProject() {
        def file = image().project
        return file == null ? null : new Expando(getPath: { file.toPath() })
    }
    void exportObjectsToGeoJson(Collection<PathObject> objects, String path, String... options) {
        if (!('FEATURE_COLLECTION' in options)) throw new IllegalArgumentException('not a collection')
        PathIO.writeObjects(objects, new File(path))
    }
}

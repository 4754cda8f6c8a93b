package qupath.lib.objects

/** The objects of an image. Adding never replaces, as in QuPath. */
class Hierarchy {
    final List<PathObject> objects = []

    List<PathObject> getFlattenedObjectList(List<PathObject> list) {
        def result = list ?: []
        result.addAll(objects)
        return result
    }
    void removeObjects(Collection<PathObject> gone, boolean keepChildren) {
        def set = Collections.newSetFromMap(new IdentityHashMap<PathObject, Boolean>())
        set.addAll(gone)
        objects.removeAll { set.contains(it) }
    }
    boolean addObjects(Collection<PathObject> more) { return objects.addAll(more) }
}

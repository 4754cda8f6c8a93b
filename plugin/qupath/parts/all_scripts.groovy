/** The file of the open image. */
File slideFile() {
    def imageData = getCurrentImageData()
    if (imageData == null) throw new IllegalStateException('Open an image first.')
    def uris = imageData.getServer().getURIs()
    if (uris.isEmpty() || uris[0].getScheme() != 'file') throw new IllegalStateException('The image is not a local file.')
    return new File(uris[0])
}

/**
 * Whether slidetype drew an object and nobody has made it theirs, as unlocking does. Its ids are version 5, made from a name;
 * QuPath's are random, so an area that somebody drew and locked is not ours. Measurements of ours tell it too, since QuPath
 * gives new ids where it is asked to; they alone do not, since they can be cleared and left out of exports.
 */
boolean isOurs(object) {
    def named = object.getID().version() == 5
    if (object.isTile()) return named
    def names = object.getMeasurements().keySet()
    def measured = 'scored_tiles' in names || names.containsAll(['area_mm2', 'tiles'])
    return object.isAnnotation() && object.isLocked() && (named || measured)
}

/** A number with its noun. */
String counted(int number, String one, String many) {
    return "$number ${number == 1 ? one : many}"
}

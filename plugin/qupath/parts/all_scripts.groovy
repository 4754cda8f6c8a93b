/** The file of the open image. */
File slideFile() {
    def imageData = getCurrentImageData()
    if (imageData == null) throw new IllegalStateException('Open an image first.')
    def uris = imageData.getServer().getURIs()
    if (uris.isEmpty() || uris[0].getScheme() != 'file') throw new IllegalStateException('The image is not a local file.')
    return new File(uris[0])
}

/**
 * Whether slidetype drew an object and nobody has made it theirs. Its ids are version 5, made from a name; QuPath's are
 * random, so an area that somebody drew and locked is not ours. A region of ours that was unlocked is the user's.
 * Measurements say nothing: they can be cleared, and left out of exports.
 */
boolean isOurs(object) {
    if (object.getID().version() != 5) return false
    return object.isTile() || (object.isAnnotation() && object.isLocked())
}

/** A number with its noun. */
String counted(int number, String one, String many) {
    return "$number ${number == 1 ? one : many}"
}

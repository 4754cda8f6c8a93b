import qupath.lib.objects.Hierarchy
import qupath.lib.objects.PathObject

/** An image that is open in QuPath, and what scripts are given of it. */
class OpenImage {
    final File file
    final int width, height
    final Hierarchy hierarchy = new Hierarchy()
    List<PathObject> selected = []
    File project  // its project.qpproj

    OpenImage(File file, int width, int height) {
        this.file = file
        this.width = width
        this.height = height
    }
    OpenImage getServer() { return this }
    Collection<URI> getURIs() { return [file.toURI()] }
}

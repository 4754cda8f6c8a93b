/*
 * slidetype: shows the result of the open image.
 *
 * Finds the result of `slidetype run`, replaces what an earlier import brought, and colours the tiles by P(LUSC).
 * Run it in the script editor (Automate > Script editor), or for a whole project (Run > Run for project).
 * QuPath 0.5 to 0.7. Research use only.
 */
import javafx.application.Platform
import qupath.fx.dialogs.FileChoosers
import qupath.lib.color.ColorMaps
import qupath.lib.gui.QuPathGUI
import qupath.lib.gui.tools.MeasurementMapper
import qupath.lib.io.PathIO

// The folder that was given to `slidetype run … -o`. Empty: slidetype_results in the project's folder or beside the slide.
RESULTS = ''

// ---- The same in all three scripts ----

/** The file of the open image. */
File slideFile() {
    def imageData = getCurrentImageData()
    if (imageData == null) throw new IllegalStateException('Open an image first.')
    def uris = imageData.getServer().getURIs()
    if (uris.isEmpty() || uris[0].scheme != 'file') throw new IllegalStateException('The image is not a local file.')
    return new File(uris[0])
}

/** Where results are kept: RESULTS, or slidetype_results in the project's folder, or beside the slide. */
File resultsFolder(String chosen) {
    if (chosen) return new File(chosen)
    def project = getProject()
    return new File(project != null ? project.getPath().toFile().getParentFile() : slideFile().getParentFile(), 'slidetype_results')
}

// ---- up to here ----

// ---- The same in import_result.groovy and run_on_image.groovy ----

/** The result folder of the open image: the one whose source.txt names it. Null where there is none. */
File resultOf(File results, File slide) {
    def folders = (results.listFiles() ?: []).findAll { new File(it, 'summary.json').exists() }
    def wanted = slide.getCanonicalPath()
    def bySource = folders.find {
        def source = new File(it, 'source.txt')
        source.exists() && new File(source.getText('UTF-8').trim()).getCanonicalPath() == wanted
    }
    // After a move the path differs; the name alone must do, if it is the only one.
    def stem = slide.getName().replaceFirst(/\.[^.]+$/, '')
    return bySource ?: folders.find { it.getName() == stem }
}

/** Replaces what an earlier import brought (ids are the same from run to run) and adds the rest. */
int importResult(File folder) {
    def objects = []
    ['overlay.geojson', 'tiles.geojson.gz'].each { name ->
        def file = new File(folder, name)
        if (file.exists()) objects.addAll(PathIO.readObjects(file.toPath()))
    }
    def hierarchy = getCurrentHierarchy()
    def ids = objects.collect { it.getID() } as Set
    hierarchy.removeObjects(hierarchy.getFlattenedObjectList(null).findAll { ids.contains(it.getID()) }, true)
    hierarchy.addObjects(objects)
    return objects.size()
}

/** Colours the tiles by P(LUSC), 0 to 1, filled. */
void showAsMap() {
    def viewer = QuPathGUI.getInstance()?.getViewer()
    if (viewer == null) return
    def tiles = getTileObjects()
    def maps = ColorMaps.getColorMaps()
    def mapper = new MeasurementMapper(maps['Viridis'] ?: maps.values()[0], 'prob_LUSC', tiles)
    mapper.setDisplayMinValue(0)
    mapper.setDisplayMaxValue(1)
    Platform.runLater {
        def options = viewer.getOverlayOptions()
        options.setFillDetections(true)
        options.setOpacity(0.5f)
        options.setMeasurementMapper(mapper)
    }
}

// ---- up to here ----

def slide = slideFile()
def folder = resultOf(resultsFolder(RESULTS), slide)
if (folder == null && QuPathGUI.getInstance() != null) {
    def chosen = FileChoosers.promptForDirectory('Results of slidetype', slide.getParentFile())
    if (chosen == null) return
    folder = new File(chosen, 'summary.json').exists() ? chosen : resultOf(chosen, slide)
}
if (folder == null) throw new IllegalStateException("No finished slidetype result of ${slide.getName()} was found.")
println "${importResult(folder)} objects from ${folder}"
showAsMap()

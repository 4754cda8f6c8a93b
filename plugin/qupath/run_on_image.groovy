/*
 * slidetype: scores the open image, or the selected annotations of it, and shows the result.
 *
 * With annotations selected only what lies inside them is scored. The progress is printed in the script editor.
 * Run it in the script editor (Automate > Script editor). QuPath 0.5 to 0.7. Research use only.
 */
import javafx.application.Platform
import qupath.lib.color.ColorMaps
import qupath.lib.gui.QuPathGUI
import qupath.lib.gui.tools.MeasurementMapper
import qupath.lib.io.PathIO

// The program, with its folder if it is not in the PATH.
PROGRAM = 'slidetype'
// Where the results go. Empty: slidetype_results in the project's folder or beside the slide.
RESULTS = ''
// More options of `slidetype run`, such as ['--model', '/models/mine'] or ['--spacing', '0.5'].
OPTIONS = []

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

/** The selected areas as a file, or null where none is selected. */
File selectedRegion() {
    def areas = getSelectedObjects().findAll { it.isAnnotation() && it.hasROI() && it.getROI().isArea() }
    if (areas.isEmpty()) return null
    def file = File.createTempFile('slidetype', '.geojson')
    exportObjectsToGeoJson(areas, file.getAbsolutePath(), 'FEATURE_COLLECTION')
    return file
}

/** Runs the program, printing what it says; throws where it fails. */
void runProgram(List<String> command) {
    println command.join(' ')
    def process = new ProcessBuilder(command).redirectErrorStream(true).start()
    process.getOutputStream().close()
    try {
        process.getInputStream().eachLine('UTF-8') { println it }
        if (process.waitFor() != 0) throw new IllegalStateException('slidetype failed; what it said is above.')
    } finally {
        process.destroy()   // also when the script is cancelled
    }
}

def slide = slideFile()
def results = resultsFolder(RESULTS)
def region = selectedRegion()
try {
    runProgram([PROGRAM, 'run', slide.getAbsolutePath(), '-o', results.getAbsolutePath()] +
               (region != null ? ['--roi', region.getAbsolutePath()] : []) + OPTIONS)
} finally {
    region?.delete()
}
def folder = resultOf(results, slide)
if (folder == null) throw new IllegalStateException("slidetype left no result of ${slide.getName()}.")
println "${importResult(folder)} objects from ${folder}"
showAsMap()

/*
 * slidetype: scores the open image, or the selected annotations of it, and shows the result.
 *
 * With annotations selected only what lies inside them is scored. The progress is printed in the script editor.
 * Run it in the script editor (Automate > Script editor). QuPath 0.5 to 0.7. Research use only.
 */
import com.google.gson.Gson
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
    if (uris.isEmpty() || uris[0].getScheme() != 'file') throw new IllegalStateException('The image is not a local file.')
    return new File(uris[0])
}

// ---- up to here ----

// ---- The same in import_result.groovy and run_on_image.groovy ----

/** Where results are kept: RESULTS, or slidetype_results in the project's folder, or beside the slide. */
File resultsFolder(String chosen) {
    if (chosen) return new File(chosen)
    def project = getProject()
    def parent = project != null ? project.getPath().toFile().getParentFile() : slideFile().getParentFile()
    return new File(parent, 'slidetype_results')
}

/** What summary.json of a result says. */
Map summaryOf(File folder) {
    return new Gson().fromJson(new File(folder, 'summary.json').getText('UTF-8'), Map)
}

/** The name of the file that a result was made from, on whatever system. */
String slideNameIn(Map summary) {
    return summary.slide.source.split('[/\\\\]')[-1]
}

/** Why a result is not that of the open image; empty where nothing speaks against it. */
List<String> contradictions(Map summary, File slide) {
    def made = summary.slide
    def why = []
    if (slideNameIn(summary) != slide.getName()) why << "it was made from ${slideNameIn(summary)}"
    if (made.bytes != null && (made.bytes as long) != slide.length()) {
        why << "it was made from a file of ${made.bytes as long} bytes, and this one has ${slide.length()}"
    }
    def server = getCurrentImageData().getServer()
    def width = made.width as long, height = made.height as long
    def left = summary.offset_px[0] as long, top = summary.offset_px[1] as long
    // An image that QuPath crops to its bounds is a part of what lies beyond the offset.
    def fits = left == 0 && top == 0 ? server.getWidth() == width && server.getHeight() == height
                                     : server.getWidth() <= width - left && server.getHeight() <= height - top
    if (!fits) {
        why << "it was made from $width x $height pixels, and this image has ${server.getWidth()} x ${server.getHeight()}"
    }
    return why
}

/** The result of the open image among those in `results`, or `results` itself. Null where there is none. */
File resultOf(File results, File slide) {
    def own = { File folder -> new File(folder, 'summary.json').exists() }
    def folders = own(results) ? [results] : (results.listFiles() ?: []).findAll(own).sort()
    def summaries = folders.collectEntries { [it, summaryOf(it)] }
    def sameFile = { new File(summaries[it].slide.source).getCanonicalPath() == slide.getCanonicalPath() }
    // After a move the path differs; then name, size and pixels must do.
    def moved = !folders.any(sameFile)
    def named = moved ? folders.findAll { slideNameIn(summaries[it]) == slide.getName() || own(results) }
                      : folders.findAll(sameFile)
    def right = named.findAll { contradictions(summaries[it], slide).isEmpty() }
    (named - right).each { println "Not shown: $it, for ${contradictions(summaries[it], slide).join(', ')}." }
    if (right.size() > 1) throw new IllegalStateException("Several results are of ${slide.getName()}: ${right.join(', ')}. " +
                                                          'Name one in the first lines of this script.')
    if (right && moved) println "The slide has moved since; its result was found by name, size and pixels."
    return right ? right[0] : null
}

/**
 * Whether slidetype drew an object and nobody has made it theirs: its ids are version 5 (made from a name), QuPath's are
 * random, and a region that was unlocked is the user's.
 */
boolean isOurs(object) {
    if (object.getID().version() != 5) return false
    def names = object.getMeasurements().keySet()
    if (object.isTile()) return names.any { it == 'strangeness' || it.startsWith('prob_') }
    return object.isAnnotation() && object.isLocked() && ('scored_tiles' in names || names.containsAll(['area_mm2', 'tiles']))
}

/** Replaces what an earlier import brought, from whatever run, and adds the rest. */
int importResult(File folder) {
    def objects = []
    ['overlay.geojson', 'tiles.geojson.gz'].each { name ->
        def file = new File(folder, name)
        if (file.exists()) objects.addAll(PathIO.readObjects(file.toPath()))
    }
    def hierarchy = getCurrentHierarchy()
    hierarchy.removeObjects(hierarchy.getFlattenedObjectList(null).findAll { isOurs(it) }, true)
    // A region that the user has made theirs goes on under an id of its own.
    def ids = objects.collect { it.getID() } as Set
    hierarchy.getFlattenedObjectList(null).findAll { it.getID() in ids }.each { it.setID(UUID.randomUUID()) }
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

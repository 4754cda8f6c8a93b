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

throw new IllegalStateException('Lines are missing here. Take this script from share/slidetype/qupath.')  // @unassembled
// @include parts/all_scripts.groovy
// @include parts/results.groovy

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
report(folder, importResult(folder))
showAsMap()

/*
 * slidetype: shows the result of the open image.
 *
 * Finds the result of `slidetype run`, replaces what an earlier import brought, and colours the tiles by P(LUSC).
 * Run it in the script editor (Automate > Script editor), or for a whole project (Run > Run for project).
 * QuPath 0.5 to 0.7. Research use only.
 */
import com.google.gson.Gson
import javafx.application.Platform
import qupath.fx.dialogs.FileChoosers
import qupath.lib.color.ColorMaps
import qupath.lib.gui.QuPathGUI
import qupath.lib.gui.tools.MeasurementMapper
import qupath.lib.io.PathIO

// The folder that was given to `slidetype run … -o`, or one result in it. Empty: slidetype_results in the project's folder or beside the slide.
RESULTS = ''

throw new IllegalStateException('Lines are missing here. Take this script from share/slidetype/qupath.')  // @unassembled
// @include parts/all_scripts.groovy
// @include parts/results.groovy

/** Whether a person looks at this image and can be asked; "Run for project" opens each image out of sight. */
boolean isOnScreen() {
    def shown = QuPathGUI.getInstance()?.getViewer()?.getImageData()
    return shown != null && shown.is(getCurrentImageData())
}

def slide = slideFile()
def folder = resultOf(resultsFolder(RESULTS), slide)
if (folder == null && isOnScreen()) {
    def chosen = FileChoosers.promptForDirectory('Results of slidetype', slide.getParentFile())
    if (chosen == null) return
    folder = resultOf(chosen, slide)
}
if (folder == null) throw new IllegalStateException("No finished slidetype result of ${slide.getName()} was found.")
report(folder, importResult(folder))
showAsMap()

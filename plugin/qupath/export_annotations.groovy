/*
 * slidetype: writes the annotations of the open image where `slidetype train` finds them: beside the slide, under its
 * whole name (a.svs.geojson for a.svs). Draw areas, give them the class LUAD, LUSC, benign or Ignore*, run this, then:
 *
 *     slidetype train FOLDER_OF_SLIDES -o my_model --from compact
 *
 * Regions and calls that slidetype itself drew are left out as long as they are locked: unlock one to adopt it.
 * An earlier export is never lost: it is kept under another name.
 * Run it in the script editor, or for a whole project (Run > Run for project). QuPath 0.5 to 0.7.
 */
import java.nio.file.Files
import java.nio.file.StandardCopyOption
import java.text.SimpleDateFormat

// Where to write. Empty: beside the slide.
FOLDER = ''

throw new IllegalStateException('Lines are missing here. Take this script from share/slidetype/qupath.')  // @unassembled
// @include parts/all_scripts.groovy

/** Makes place for a file: what is there goes on under a name with its date, which `slidetype train` does not read. */
void keepEarlier(File file) {
    def date = new SimpleDateFormat('yyyy-MM-dd_HHmmss').format(new Date(file.lastModified()))
    def kept = new File("${file.getPath()}.${date}.old")
    for (int n = 2; kept.exists(); ++n) kept = new File("${file.getPath()}.${date}_${n}.old")
    Files.move(file.toPath(), kept.toPath())
    println "The earlier export is kept as ${kept.getName()}."
}

/** Writes areas to a file, and says whether it held the same before. */
boolean export(Collection areas, File file) {
    // Under another name first, so that a half-written file never looks finished.
    def part = new File(file.getPath() + '.part.geojson')
    exportObjectsToGeoJson(areas, part.getAbsolutePath(), 'FEATURE_COLLECTION')
    def same = file.exists() && file.length() == part.length() && Arrays.equals(file.getBytes(), part.getBytes())
    if (file.exists() && !same) keepEarlier(file)
    Files.move(part.toPath(), file.toPath(), StandardCopyOption.REPLACE_EXISTING)
    return same
}

def slide = slideFile()
def annotations = getAnnotationObjects()
def areas = annotations.findAll { it.hasROI() && it.getROI().isArea() }
def mine = areas.findAll { !isOurs(it) }
def ours = areas.size() - mine.size()
def shapeless = annotations.size() - areas.size()
def unclassified = mine.count { it.getPathClass() == null && !it.getName() }
if (ours > 0) println "${counted(ours, 'area', 'areas')} of slidetype's own result passed over: unlock one to adopt it."
if (shapeless > 0) println "${counted(shapeless, 'point or line', 'points and lines')} passed over: only areas teach."
if (mine.isEmpty()) {
    println "${slide.getName()}: no area of yours to export."
    return
}
if (unclassified > 0) {
    println "${counted(unclassified, 'area has', 'areas have')} neither class nor name; training will leave them out."
}
def folder = FOLDER ? new File(FOLDER) : slide.getParentFile()
// Under the whole name, since a.svs and a.ndpi may lie in one folder.
def file = new File(folder, slide.getName() + '.geojson')
def same = export(mine, file)
println "${counted(mine.size(), 'area', 'areas')} written to ${file}${same ? ', which held the same before' : ''}"
def shorter = new File(folder, slide.getName().replaceFirst(/\.[^.]+$/, '') + '.geojson')
if (shorter.exists()) println "${shorter.getName()} lies there too; slidetype takes ${file.getName()}."

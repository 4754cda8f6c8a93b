/*
 * slidetype: writes the annotations of the open image where `slidetype train` finds them: beside the slide, under its
 * name. Draw areas, give them the class LUAD, LUSC, benign or Ignore*, run this, then:
 *
 *     slidetype train FOLDER_OF_SLIDES -o my_model --from compact
 *
 * Regions and calls that slidetype itself drew are left out as long as they are locked: unlock one to adopt it.
 * Run it in the script editor, or for a whole project (Run > Run for project). QuPath 0.5 to 0.7.
 */

// Where to write. Empty: beside the slide.
FOLDER = ''

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

def slide = slideFile()
def areas = getAnnotationObjects().findAll { it.hasROI() && it.getROI().isArea() && !it.isLocked() }
def unclassified = areas.findAll { it.getPathClass() == null && !it.getName() }
if (areas.isEmpty()) {
    println "${slide.getName()}: no unlocked area to export."
    return
}
if (!unclassified.isEmpty()) println "${unclassified.size()} areas have neither class nor name; training will leave them out."
def stem = slide.getName().replaceFirst(/\.[^.]+$/, '')
def file = new File(FOLDER ? new File(FOLDER) : slide.getParentFile(), stem + '.geojson')
// Under another name first, so that a half-written file never looks finished.
def part = new File(file.getPath() + '.part.geojson')
exportObjectsToGeoJson(areas, part.getAbsolutePath(), 'FEATURE_COLLECTION')
java.nio.file.Files.move(part.toPath(), file.toPath(), java.nio.file.StandardCopyOption.REPLACE_EXISTING)
println "${areas.size()} areas written to ${file}"

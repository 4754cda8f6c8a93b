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
    def misfit = misfitOf(summary)
    return misfit ? why + misfit : why
}

/** Why a result does not lie on the open image as the image is shown; null where it does. */
String misfitOf(Map summary) {
    def server = getCurrentImageData().getServer()
    def shown = [server.getWidth(), server.getHeight()]
    def whole = [summary.slide.width as long, summary.slide.height as long]
    def offset = summary.offset_px.collect { it as long }
    def fits = { List size -> shown[0] <= size[0] && shown[1] <= size[1] }
    def sizes = "it was made from ${whole.join(' x ')} pixels, and this image has ${shown.join(' x ')}"
    if (offset == [0, 0]) {
        if (shown == whole) return null
        if (!fits(whole)) return sizes
        return "$sizes: if QuPath crops it to what was scanned, run slidetype without --keep-offset"
    }
    // An image that QuPath crops to its bounds is a part of what lies beyond the offset.
    if (fits([whole[0] - offset[0], whole[1] - offset[1]])) return null
    if (shown != whole) return sizes
    return "its coordinates begin at the scanned area, at ${offset.join(', ')}, and this image is shown whole: open it " +
           'without --no-crop, or run slidetype again with --keep-offset'
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

/** Says what is in a result; where the slide is unlike what the model was made from, that above all. */
void report(File folder, int objects) {
    println "$objects objects from $folder"
    def summary = summaryOf(folder)
    if (summary.domain != null && !summary.domain.known) {
        println "ATTENTION: the model does not know slides like this one. Call: ${summary.call.label}. ${summary.call.reason}"
    } else if (summary.domain == null && summary.model.domain == null) {
        println 'Whether the model knows slides like this one was not checked: it does not know what it was made from.'
    }
    if (summary.model.good_for) println summary.model.good_for
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

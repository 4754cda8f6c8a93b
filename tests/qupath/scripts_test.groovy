// Runs the scripts for QuPath as they are, over results of `slidetype run`, with stand-ins for the parts of QuPath that
// they use. Files, GeoJSON and the program are real.
//
//   scripts_test.groovy SCRIPTS PROGRAM SOURCE WORK
//     SCRIPTS  share/slidetype/qupath of the build folder
//     PROGRAM  slidetype
//     SOURCE   the source tree
//     WORK     an empty folder
import org.codehaus.groovy.control.CompilerConfiguration
import qupath.fx.dialogs.FileChoosers
import qupath.lib.gui.QuPathGUI
import qupath.lib.io.PathIO
import qupath.lib.objects.PathObject
import qupath.lib.objects.Region

scripts = new File(args[0])
program = args[1]
source = new File(args[2])
slides = new File(source, 'sample_slides')
work = new File(args[3])
checks = 0
printed = new StringWriter()  // by the script that ran last

void check(String name, Closure body) {
    ++checks
    try {
        body()
        println "ok      $name"
    } catch (Throwable error) {
        println "FAILED  $name\n        $error"
        System.exit(1)
    }
}

/** Runs a script on the image that is on screen; returns what it printed. `settings` replace lines at its top, as users do. */
String run(String name, OpenImage image, Map<String, String> settings = [:]) {
    QuPathGUI.instance?.viewer?.imageData = image
    return runUnseen(name, image, settings)
}

/** As "Run for project" does: on an image that nobody looks at. */
String runUnseen(String name, OpenImage image, Map<String, String> settings = [:]) {
    return evaluate(new File(scripts, name), image, settings)
}

String evaluate(File script, OpenImage image, Map<String, String> settings = [:]) {
    def name = script.name
    def text = script.getText('UTF-8')
    settings.each { key, value ->
        def line = text.readLines().find { it.startsWith("$key = ") }
        assert line != null: "$name has no line for $key"
        text = text.replace(line, "$key = $value")
    }
    def configuration = new CompilerConfiguration(scriptBaseClass: 'QuPathScript')
    printed = new StringWriter()
    def binding = new Binding(openImage: image, out: new PrintWriter(printed, true))
    new GroovyShell(this.class.classLoader, binding, configuration).evaluate(text, name)
    return printed.toString()
}

/** What a script prints, and then says when it gives up. */
String refusalOf(Closure running) {
    try {
        running()
    } catch (IllegalStateException error) {
        return "$printed${error.message}"
    }
    throw new AssertionError('the script did not refuse')
}

String refusal(String name, OpenImage image, Map<String, String> settings = [:]) {
    return refusalOf { run(name, image, settings) }
}

void slidetype(String... arguments) {
    def process = new ProcessBuilder([program, *arguments]).redirectErrorStream(true).start()
    def said = process.inputStream.getText('UTF-8')
    assert process.waitFor() == 0: said
}

File copied(String slide, String to) {
    def file = new File(work, to)
    file.parentFile.mkdirs()
    file.bytes = new File(slides, slide).bytes
    return file
}

OpenImage opened(File slide, File result) {
    def made = PathIO.gson.fromJson(new File(result, 'summary.json').getText('UTF-8'), Map).slide
    return new OpenImage(slide, made.width as int, made.height as int)
}

PathObject drawn(Map members) {
    def ring = [[0, 0], [0, 1500], [1500, 1500], [1500, 0], [0, 0]]
    return new PathObject([region: new Region(geometry: [type: 'Polygon', coordinates: [ring]])] + members)
}

List<PathObject> objectsIn(File result) {
    return PathIO.readObjects(new File(result, 'overlay.geojson').toPath()) +
           PathIO.readObjects(new File(result, 'tiles.geojson.gz').toPath())
}

slide = copied('mixed.tiff', 'slides/mixed.tiff')
results = new File(slide.parentFile, 'slidetype_results')
result = new File(results, 'mixed')
slidetype('run', slide.path, '-o', results.path, '-q')
image = opened(slide, result)
QuPathGUI.instance = new QuPathGUI()

check('a script of the source tree says where the whole one is') {
    ['import_result', 'run_on_image', 'export_annotations'].each { name ->
        def said = refusalOf { evaluate(new File(source, "plugin/qupath/${name}.groovy"), image) }
        assert said.contains('share/slidetype/qupath')
        assert !new File(scripts, "${name}.groovy").text.contains('@')
    }
}

check('Import finds the result beside the slide and shows every object of it') {
    def said = run('import_result.groovy', image)
    def expected = objectsIn(result)
    assert said.contains("${expected.size()} objects from $result")
    assert image.hierarchy.objects*.getID() == expected*.getID()
    assert FileChoosers.asked == 0
}

check('Import says whether the model knows such slides, and what it is good for') {
    def file = new File(result, 'summary.json')
    def asMade = file.getText('UTF-8')
    def saidOf = { Closure change ->
        def summary = PathIO.gson.fromJson(asMade, Map)
        change(summary)
        file.setText(PathIO.gson.toJson(summary), 'UTF-8')
        return run('import_result.groovy', image)
    }
    try {
        def known = saidOf { it.domain = [known: true]; it.model.good_for = 'Drawings alone.' }
        assert !known.contains('ATTENTION') && known.contains('Drawings alone.')
        def unknown = saidOf { it.domain = [known: false]; it.call.label = 'indeterminate'; it.call.reason = 'Unlike, they say.' }
        assert unknown.contains('ATTENTION: the model does not know slides like this one. Call: indeterminate. Unlike, they say.')
        assert saidOf { it.domain = null; it.model.domain = null }.contains('was not checked')
        assert saidOf { it.remove('domain'); it.model.remove('domain') }.contains('was not checked')
    } finally {
        file.setText(asMade, 'UTF-8')
    }
    def summary = PathIO.gson.fromJson(asMade, Map)
    assert run('import_result.groovy', image).contains('ATTENTION') == (summary.domain != null && !summary.domain.known)
}

check('tiles are filled and coloured by P(LUSC) from 0 to 1') {
    def options = QuPathGUI.instance.viewer.overlayOptions
    assert options.fillDetections
    assert options.measurementMapper.measurement == 'prob_LUSC'
    assert options.measurementMapper.displayMinValue == 0 && options.measurementMapper.displayMaxValue == 1
    assert options.measurementMapper.objects > 20
}

mine = drawn(name: 'mine', pathClass: [name: 'LUAD', color: [0, 114, 178]])
lockedMine = drawn(name: 'locked, but mine', locked: true, measurements: [area_mm2: 1])
foreign = drawn(type: 'tile', locked: true, measurements: [prob_LUSC: 0.5])
image.hierarchy.addObjects([mine, lockedMine, foreign])

check('a second Import replaces, and leaves what others drew') {
    run('import_result.groovy', image)
    assert image.hierarchy.objects.size() == objectsIn(result).size() + 3
    assert image.hierarchy.objects.containsAll([mine, lockedMine, foreign])
    assert (image.hierarchy.objects*.getID() as Set).size() == image.hierarchy.objects.size()
}

check('and replaces what lost its measurements, in QuPath or in an export') {
    def before = image.hierarchy.objects.size()
    image.hierarchy.objects.each { if (it.getID().version() == 5) it.measurements = [:] }
    run('import_result.groovy', image)
    assert image.hierarchy.objects.size() == before
    assert image.hierarchy.objects.containsAll([mine, lockedMine, foreign])
}

check('a region that was unlocked is the user\'s and stays beside the new one') {
    def region = image.hierarchy.objects.find { it.name == 'LUSC region' } ?: image.hierarchy.objects.find { it.name == 'LUAD region' }
    def id = region.getID()
    region.locked = false
    region.pathClass = [name: 'Ignore*', color: [180, 180, 180]]
    run('import_result.groovy', image)
    assert region in image.hierarchy.objects
    assert region.getID() != id && region.pathClass.name == 'Ignore*'
    assert image.hierarchy.objects.count { it.getID() == id } == 1
    image.hierarchy.removeObjects([region], true)
}

check('Run on a selected annotation leaves only the tiles of that run') {
    def before = image.hierarchy.objects.count { it.isTile() }
    image.selected = [mine]
    def said = run('run_on_image.groovy', image, [PROGRAM: "'$program'"])
    image.selected = []
    def expected = objectsIn(result)
    assert said.contains('--roi') && said.contains("${expected.size()} objects from $result")
    assert image.hierarchy.objects.size() == expected.size() + 3
    assert image.hierarchy.objects.count { it.isTile() } < before
    assert image.hierarchy.objects.containsAll([mine, lockedMine, foreign])
}

check('Run on the whole image, told where results go') {
    def elsewhere = new File(work, 'elsewhere')
    def said = run('run_on_image.groovy', image, [PROGRAM: "'$program'", RESULTS: "'$elsewhere'", OPTIONS: "['--no-guard']"])
    assert said.contains('--no-guard')
    assert new File(elsewhere, 'mixed/summary.json').exists()
    assert image.hierarchy.objects.size() == objectsIn(new File(elsewhere, 'mixed')).size() + 3
}

check('Run says so when the program fails') {
    assert refusal('run_on_image.groovy', image, [PROGRAM: "'$program'", OPTIONS: "['--no-such-option']"]).contains('failed')
}

check('Import is not fooled by another slide of the same name') {
    def other = copied('acinar.tiff', 'others/mixed.tiff')
    def stranger = new OpenImage(other, image.width, image.height)
    FileChoosers.answer = null
    def said = run('import_result.groovy', stranger, [RESULTS: "'$results'"])
    assert said.contains('Not shown') && said.contains("bytes, and this one has ${other.length()}")
    assert FileChoosers.asked == 1
    assert stranger.hierarchy.objects.isEmpty()
    def unseen = refusalOf { QuPathGUI.instance.viewer.imageData = image; runUnseen('import_result.groovy', stranger) }
    assert unseen.contains('No finished slidetype result of mixed.tiff')
    assert FileChoosers.asked == 1: 'nobody is asked while a project is gone through'
    QuPathGUI.instance = null
    assert refusal('import_result.groovy', stranger, [RESULTS: "'$results'"]).contains('No finished slidetype result of mixed.tiff')
    QuPathGUI.instance = new QuPathGUI()
}

check('nor by another version of the slide, or another name') {
    def smaller = new OpenImage(slide, image.width, image.height - 1)
    assert run('import_result.groovy', smaller).contains("this image has ${image.width} x ${image.height - 1}")  // then it asks
    assert smaller.hierarchy.objects.isEmpty()
    def renamed = new OpenImage(copied('mixed.tiff', 'others/renamed.tiff'), image.width, image.height)
    FileChoosers.answer = result
    def said = refusal('import_result.groovy', renamed)
    assert said.contains('Not shown') && said.contains('it was made from mixed.tiff')
    assert said.contains('No finished slidetype result of renamed.tiff')
    assert renamed.hierarchy.objects.isEmpty()
}

check('a slide that moved keeps its result, in the folder of its project too') {
    def moved = new OpenImage(copied('mixed.tiff', 'moved/mixed.tiff'), image.width, image.height)
    moved.project = new File(slide.parentFile, 'project.qpproj')
    FileChoosers.answer = null
    def said = run('import_result.groovy', moved)
    assert said.contains('has moved since')
    assert moved.hierarchy.objects.size() == objectsIn(result).size()
}

check('an image that is no file is refused') {
    assert refusal('import_result.groovy', null).contains('Open an image first')
}

check('an image that is cropped otherwise than the result is told how to open it') {
    def copy = new File(work, 'cropped')
    copy.mkdirs()
    def setOffset = { List offset ->
        def summary = PathIO.gson.fromJson(new File(result, 'summary.json').getText('UTF-8'), Map)
        summary.offset_px = offset
        new File(copy, 'summary.json').setText(PathIO.gson.toJson(summary), 'UTF-8')
    }
    def said = { int width, int height ->
        refusalOf { runUnseen('import_result.groovy', new OpenImage(slide, width, height), [RESULTS: "'$copy'"]) }
    }
    setOffset([100, 200])
    assert said(image.width, image.height).contains('at 100, 200, and this image is shown whole')
    assert said(image.width, image.height).contains('--keep-offset')
    assert said(image.width - 50, image.height).contains("this image has ${image.width - 50} x ${image.height}")
    setOffset([0, 0])
    assert said(image.width - 50, image.height).contains('run slidetype without --keep-offset')
}

/** What "Export" wrote for a slide, by name. */
List<String> exported(File slide) {
    return PathIO.readObjects(new File(slide.path + '.geojson').toPath())*.name
}

check('Export writes what a person drew, locked or not, and slidetype reads it') {
    def point = new PathObject(region: new Region(geometry: [type: 'Point', coordinates: [1, 1]]))
    image.hierarchy.addObjects([point, drawn([:])])
    def said = run('export_annotations.groovy', image)
    def file = new File(slide.path + '.geojson')
    def ours = image.hierarchy.objects.count { it.isAnnotation() && it.getID().version() == 5 }
    assert ours > 1 && said.contains("$ours areas of slidetype's own result passed over")
    assert said.contains("3 areas written to $file") && said.contains('1 area has neither class nor name')
    assert said.contains('1 point or line passed over')
    assert exported(slide) == ['mine', 'locked, but mine', null]
    assert slide.parentFile.list().findAll { it.contains('.part') }.isEmpty()
    slidetype('run', slide.path, '-o', new File(work, 'roi').path, '--roi', file.path, '-q')
    def empty = new OpenImage(new File(slide.parentFile, 'acinar.tiff'), 1, 1)
    assert run('export_annotations.groovy', empty).contains('no area of yours')
}

check('Export leaves out own regions without measurements, and takes one that was unlocked') {
    image.hierarchy.objects.each { if (it.getID().version() == 5) it.measurements = [:] }
    def region = image.hierarchy.objects.find { it.isAnnotation() && it.getID().version() == 5 }
    run('export_annotations.groovy', image)
    assert exported(slide).size() == 3
    region.locked = false
    run('export_annotations.groovy', image)
    assert exported(slide).contains(region.name)
    image.hierarchy.removeObjects([region], true)
}

check('Export keeps the earlier one, and slides of one name have files of their own') {
    def kept = { slide.parentFile.list().findAll { it.endsWith('.old') } }
    def before = kept()
    assert before.size() == 1: 'the region that was unlocked changed the export'
    assert run('export_annotations.groovy', image).contains('kept as')
    assert kept().size() == 2
    assert run('export_annotations.groovy', image).contains('which held the same before')
    assert kept().size() == 2
    def other = new OpenImage(copied('mixed.tiff', 'slides/mixed.tif'), image.width, image.height)
    other.hierarchy.addObjects([drawn(name: 'of the other')])
    runUnseen('export_annotations.groovy', other)
    assert exported(other.file) == ['of the other'] && exported(slide).contains('mine')
    new File(slide.parentFile, 'mixed.geojson').text = '{}'
    assert run('export_annotations.groovy', image).contains('slidetype takes mixed.tiff.geojson')
}

check('Export takes of every file that QuPath reads what the table says that a person drew') {
    def table = PathIO.gson.fromJson(new File(source, 'tests/annotations/cases.json').getText('UTF-8'), Map).cases
    def tried = 0
    table.findAll { it.document != null && !it.refused }.each { one ->
        def objects
        try {
            objects = PathIO.objectsIn(one.document)
        } catch (IOException notForQuPath) {
            return
        }
        def known = objects.every { it.region != null || it.type == 'root' || it.isAnnotation() }
        // Kinds that only readers of old files know, QuPath takes for annotations.
        if (!known || one.name.contains('in the way of') || one.name.contains('older viewer')) return
        ++tried
        def opened = new OpenImage(new File(work, "cases/${tried}.tiff"), 4000, 4000)
        opened.file.parentFile.mkdirs()
        opened.hierarchy.addObjects(objects)
        def said = runUnseen('export_annotations.groovy', opened)
        def file = new File(opened.file.path + '.geojson')
        def areas = (file.exists() ? PathIO.readObjects(file.toPath()) : []).countBy { it.pathClass?.name?.trim() ?: '' }
        assert areas == one.areas.collectEntries { [it.key, it.value as int] }: "${one.name}: $said"
        def own = one.passed_over.own
        assert (own == null) == !said.contains("slidetype's own result passed over"): one.name
        if (own != null) assert said =~ /(?m)^${own as int} areas? of slidetype's own/: one.name
    }
    println "        ($tried of ${table.size()} cases of tests/annotations/cases.json)"
    assert tried >= 20
}

println "All $checks checks hold."

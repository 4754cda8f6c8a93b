#include "model/data/cohort.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CohortTest : public ::testing::Test {
  protected:
    void touch(const std::string& name) {
        fs::create_directories((folder / name).parent_path());
        write_file(folder / name, "x");
    }
    void touch_all(const std::initializer_list<const char*>& names) {
        for (const char* name : names) touch(name);
    }
    Cohort read(const std::string& text, const std::string& features = {}) {
        write_file(folder / "cohort.csv", text);
        return read_cohort(folder / "cohort.csv", {{}, features.empty() ? fs::path() : folder / features});
    }
    /// The Error that reading gives.
    std::string refusal(const std::string& text, const std::string& features = {}) {
        try {
            (void)read(text, features);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::bad_data);
            return error.cause() + " | " + error.hint();
        }
        ADD_FAILURE() << "was read";
        return {};
    }
    testing::TemporaryFolder folder;
};

std::vector<std::string> names_of(const Cohort& cohort) {
    std::vector<std::string> names;
    for (const auto& slide : cohort.slides) names.push_back(slide.name);
    return names;
}

const CohortSlide& named(const Cohort& cohort, std::string_view name) {
    return *std::ranges::find(cohort.slides, name, &CohortSlide::name);
}

TEST_F(CohortTest, ReadsSlidesWithTheirDiagnosesInAnOrderOfItsOwn) {
    touch_all({"b.svs", "a.tif", "deep/c.ndpi"});
    const auto cohort = read(
        "slide,label,patient,site,fold,split\n"
        "deep/c.ndpi,LUSC,p2,north,1,train\nb.svs,lung_aca,p1,south,0,\na.tif,TCGA-LUAD,p1,south,0,\n");
    EXPECT_THAT(cohort.class_names, ElementsAre("LUAD", "LUSC"));
    EXPECT_THAT(names_of(cohort), ElementsAre("a", "b", "c"));
    const auto& c = named(cohort, "c");
    EXPECT_EQ(c.file, folder / "deep/c.ndpi");
    EXPECT_TRUE(c.features.empty());
    EXPECT_EQ(c.label, 1);
    EXPECT_EQ(c.patient, "p2");
    EXPECT_EQ(c.site, "north");
    EXPECT_EQ(c.fold, 1);
    EXPECT_EQ(c.part, Part::train);
    EXPECT_TRUE(cohort.has_patients && cohort.has_sites && cohort.has_folds && cohort.has_parts);
    EXPECT_THAT(cohort.notes, IsEmpty());
    EXPECT_THAT(cohort.problems, IsEmpty());
}

TEST_F(CohortTest, UnderstandsLabelsInAnyCase) {
    touch_all({"a.svs", "b.svs", "c.svs", "d.svs"});
    const auto cohort = read("slide,label\na.svs,tcga-lusc\nb.svs,Lung Adenocarcinoma\nc.svs,SQUAMOUS\nd.svs,luad\n");
    EXPECT_EQ(named(cohort, "a").label, 1);
    EXPECT_EQ(named(cohort, "b").label, 0);
    EXPECT_EQ(named(cohort, "c").label, 1);
    EXPECT_EQ(named(cohort, "d").label, 0);
}

TEST_F(CohortTest, UnderstandsTheColumnsOfClam) {
    touch_all({"clam/h5_files/s1.h5", "clam/pt_files/s1.pt", "clam/pt_files/s2.pt"});
    const auto cohort = read("case_id,slide_id,label\npatient_1,s1,LUAD\npatient_2,s2,LUSC\n", "clam");
    EXPECT_THAT(names_of(cohort), ElementsAre("s1", "s2"));
    EXPECT_EQ(named(cohort, "s1").features, folder / "clam/h5_files/s1.h5");
    EXPECT_EQ(named(cohort, "s2").features, folder / "clam/pt_files/s2.pt");
    EXPECT_TRUE(named(cohort, "s1").file.empty());
    EXPECT_EQ(named(cohort, "s1").patient, "patient_1");
    EXPECT_THAT(cohort.notes, IsEmpty());
}

TEST_F(CohortTest, UnderstandsTheColumnsOfStamp) {
    touch_all({"x/s1.h5", "x/s2.h5"});
    const auto cohort = read("PATIENT,FILENAME,SUBTYPE,AGE\np1,s1.h5,LUAD,60\np2,s2.h5,LUSC,NA\n", "x");
    EXPECT_EQ(named(cohort, "s2").features, folder / "x/s2.h5");
    EXPECT_EQ(named(cohort, "s2").patient, "p2");
    EXPECT_THAT(cohort.notes, ElementsAre(HasSubstr("mean nothing here and are ignored: \"AGE\"")));
}

TEST_F(CohortTest, SaysWhichColumnsMayBeTheLabel) {
    EXPECT_THAT(refusal("PATIENT,FILENAME,SUBTYPE,Diagnosis\np1,s1.h5,LUAD,LUAD\n"),
                AllOf(HasSubstr("\"subtype\", \"diagnosis\""), HasSubstr("Rename")));
    EXPECT_THAT(refusal("slide,age\na.svs,60\n"), AllOf(HasSubstr("label"), HasSubstr("\"age\"")));
    EXPECT_THAT(refusal("name,label\na.svs,LUAD\n"), AllOf(HasSubstr("slide"), HasSubstr("\"name\"")));
    touch_all({"a.svs", "b.svs"});
    EXPECT_EQ(read("slide,label,subtype\na.svs,LUAD,LUSC\nb.svs,LUSC,LUAD\n").slides.front().label, 0)
        << "our own name goes first";
}

TEST_F(CohortTest, FindsFeaturesBesideSlides) {
    touch_all({"a.svs", "b.svs", "f/a.h5"});
    const auto cohort = read("slide,label\na.svs,LUAD\nb.svs,LUSC\n", "f");
    EXPECT_EQ(named(cohort, "a").file, folder / "a.svs");
    EXPECT_EQ(named(cohort, "a").features, folder / "f/a.h5");
    EXPECT_TRUE(named(cohort, "b").features.empty());
    EXPECT_THAT(cohort.notes, Contains(HasSubstr("1 slide has no features in")));
}

TEST_F(CohortTest, TakesPatientsAndSitesFromBarcodesWhereTheTableHasNone) {
    touch_all({"TCGA-05-4244-01Z.svs", "TCGA-05-4244-01A.svs", "TCGA-22-1000.svs", "own.svs", "TCGA-99-0001.svs"});
    const auto cohort = read(
        "slide,label,patient,site\nTCGA-05-4244-01Z.svs,LUAD,,\nTCGA-05-4244-01A.svs,LUAD,,\n"
        "TCGA-22-1000.svs,LUSC,other,elsewhere\nown.svs,LUSC,TCGA-33-0001,\n"
        "TCGA-99-0001.svs,TCGA-BRCA,,\n");
    EXPECT_EQ(named(cohort, "TCGA-05-4244-01Z").patient, "TCGA-05-4244");
    EXPECT_EQ(named(cohort, "TCGA-05-4244-01Z").site, "05");
    EXPECT_EQ(named(cohort, "TCGA-22-1000").patient, "other");
    EXPECT_EQ(named(cohort, "TCGA-22-1000").site, "elsewhere");
    EXPECT_EQ(named(cohort, "own").site, "33");
    EXPECT_TRUE(cohort.has_patients);
    EXPECT_THAT(cohort.notes, AllOf(Contains(HasSubstr("2 slides have their patients from TCGA barcodes")),
                                    Contains(HasSubstr("3 slides have their sites from TCGA barcodes"))));
}

TEST_F(CohortTest, ReadsTheSampleSheetOfTheGdcAndLeavesNormalTissueOut) {
    const std::string tumour = "TCGA-05-4244-01Z-00-DX1.d4ff.svs", frozen = "TCGA-22-1000-01A-01-TS1.e5aa.svs",
                      normal = "TCGA-22-1001-11A-01-TS1.f6bb.svs";
    for (const auto& name : {tumour, frozen, normal}) write_file(folder / name, "");
    const auto cohort = read(
        "File ID\tFile Name\tData Category\tData Type\tProject ID\tCase ID\tSample ID\tSample Type\n"
        "1\t" +
        tumour +
        "\tBiospecimen\tSlide Image\tTCGA-LUAD\tTCGA-05-4244\tTCGA-05-4244-01Z\tPrimary Tumor\n"
        "2\t" +
        frozen +
        "\tBiospecimen\tSlide Image\tTCGA-LUSC\tTCGA-22-1000\tTCGA-22-1000-01A\tPrimary Tumor\n"
        "3\t" +
        normal + "\tBiospecimen\tSlide Image\tTCGA-LUSC\tTCGA-22-1001\tTCGA-22-1001-11A\tSolid Tissue Normal\n");
    ASSERT_EQ(cohort.slides.size(), 2U);
    EXPECT_EQ(cohort.slides[0].patient, "TCGA-05-4244");
    EXPECT_EQ(cohort.slides[0].site, "05");
    EXPECT_EQ(cohort.slides[1].label, 1);
    EXPECT_THAT(cohort.notes, AllOf(Contains(HasSubstr("1 slide is of normal tissue by the sample type")),
                                    Contains(HasSubstr("2 slides have their sites")),
                                    Contains(HasSubstr("1 slide is a frozen section"))));
}

TEST_F(CohortTest, TakesASlideWithoutPatientForOneOfItsOwnAndSaysSo) {
    touch_all({"a.svs", "b.svs", "x/b.svs"});
    const auto cohort = read("slide,label,patient\na.svs,LUAD,b\nb.svs,LUSC,\nx/b.svs,LUSC,\n");
    EXPECT_FALSE(cohort.has_patients);
    EXPECT_EQ(cohort.slides[0].patient, "b");
    EXPECT_NE(cohort.slides[1].patient, cohort.slides[2].patient);
    EXPECT_NE(cohort.slides[1].patient, "b") << "which is the name of another's patient";
    EXPECT_THAT(cohort.notes, ElementsAre(HasSubstr("2 slides have no patient")));
}

TEST_F(CohortTest, CountsLabelsThatAreNoClassByName) {
    touch_all({"a.svs", "b.svs"});
    const auto cohort = read("slide,label\na.svs,LUAD\nb.svs,LUSC\nc.svs,SCLC\nd.svs,SCLC\ne.svs,NA\nf.svs,benign\n");
    EXPECT_THAT(names_of(cohort), ElementsAre("a", "b"));
    EXPECT_THAT(cohort.notes, Contains(HasSubstr("SCLC (2), no label (1), benign (1)")));
    EXPECT_THAT(cohort.problems, IsEmpty());
}

TEST_F(CohortTest, ListsSlidesThatAreNotThere) {
    touch_all({"a.svs", "b.svs", "f/a.h5"});
    fs::create_directories(folder / "d.svs");
    const std::string text = "slide,label\na.svs,LUAD\nb.svs,LUSC\nc.svs,LUSC\nd.svs,LUSC\n\"\",LUAD\n";
    EXPECT_THAT(read(text).problems, ElementsAre(AllOf(HasSubstr("line 4: "), HasSubstr("c.svs: does not exist")),
                                                 AllOf(HasSubstr("line 5: "), HasSubstr("d.svs: is no slide")),
                                                 HasSubstr("line 6: names no slide")));
    EXPECT_THAT(read(text, "f").problems, Contains(HasSubstr("and there are no features of it in")));
}

TEST_F(CohortTest, TakesAFolderOfDicomFilesForASlide) {
    touch_all({"a.svs"});
    fs::create_directories(folder / "case.7");
    write_file(folder / "case.7" / "level.dcm", std::string(128, '\0') + "DICM");
    const auto cohort = read("slide,label\na.svs,LUAD\ncase.7,LUSC\n");
    EXPECT_THAT(cohort.problems, IsEmpty());
    EXPECT_THAT(names_of(cohort), ElementsAre("a", "case.7"));
}

TEST_F(CohortTest, RefusesATableOfWhichNothingIsLeft) {
    EXPECT_THAT(refusal("slide,label\n"), HasSubstr("lists no slide"));
    EXPECT_THAT(
        refusal("slide,label\nc.svs,LUSC\nd.svs,LUAD\ne.svs,SCLC\n"),
        AllOf(HasSubstr("0 of LUAD and 0 of LUSC; left out: SCLC (1)"), HasSubstr("2 problems; the first: line 2")));
}

TEST_F(CohortTest, RefusesOneClassAlone) {
    touch_all({"a.svs", "b.svs"});
    EXPECT_THAT(refusal("slide,label\na.svs,LUAD\nb.svs,LUAD\n"), HasSubstr("2 of LUAD and 0 of LUSC"));
}

TEST_F(CohortTest, LeavesOutPatientsOfBothClassesAndSaysWhatCanBeDone) {
    touch_all({"a.svs", "b.svs", "c.svs", "d.svs", "e.svs"});
    const auto cohort =
        read("slide,label,patient\na.svs,LUAD,p1\nb.svs,LUSC,p1\nc.svs,LUAD,p2\nd.svs,LUSC,p3\ne.svs,LUAD,p1\n");
    EXPECT_THAT(names_of(cohort), ElementsAre("c", "d"));
    EXPECT_THAT(cohort.problems, ElementsAre(AllOf(HasSubstr("patient p1: has both classes, LUAD (a, e) and LUSC (b)"),
                                                   HasSubstr("give each a patient name of its own"))));
    EXPECT_THAT(refusal("slide,label,patient\na.svs,LUAD,p1\nb.svs,LUSC,p1\nc.svs,LUAD,p2\n"),
                AllOf(HasSubstr("1 of LUAD and 0 of LUSC"), HasSubstr("patient p1")));
}

TEST_F(CohortTest, CountsASlideThatIsListedAgainOnce) {
    touch_all({"a.svs", "b.svs"});
    const auto cohort = read("slide,label\na.svs,LUAD\nb.svs,LUSC\n./a.svs,LUAD\n");
    EXPECT_THAT(names_of(cohort), ElementsAre("a", "b"));
    EXPECT_THAT(cohort.problems,
                ElementsAre(AllOf(HasSubstr("line 2, line 4: "), HasSubstr("is listed again and counts once"))));
}

TEST_F(CohortTest, LeavesOutASlideThatIsListedInTwoWays) {
    touch_all({"a.svs", "b.svs", "c.svs", "d.svs", "e.svs"});
    const auto cohort = read(
        "slide,label,patient\na.svs,LUAD,p1\nb.svs,LUSC,p2\nc.svs,LUAD,p3\nc.svs,LUSC,p3\n"
        "d.svs,LUAD,p4\nd.svs,LUAD,p5\ne.svs,LUAD,p6\ne.svs,SCLC,p6\n");
    EXPECT_THAT(names_of(cohort), ElementsAre("a", "b"));
    EXPECT_THAT(cohort.problems, ElementsAre(HasSubstr("c.svs: is listed with two labels and left out"),
                                             HasSubstr("d.svs: is listed with two patients and left out"),
                                             HasSubstr("e.svs: is listed with two labels and left out")));
}

TEST_F(CohortTest, LeavesOutSlidesWithTheSameFeatureFile) {
    touch_all({"x/1.svs", "y/1.svs", "a.svs", "b.svs", "f/1.h5"});
    const auto cohort = read("slide,label\nx/1.svs,LUAD\ny/1.svs,LUAD\na.svs,LUAD\nb.svs,LUSC\n", "f");
    EXPECT_THAT(names_of(cohort), ElementsAre("a", "b"));
    EXPECT_THAT(cohort.problems, ElementsAre(AllOf(HasSubstr("1.h5: is the feature file of several slides"),
                                                   HasSubstr("x/1.svs"), HasSubstr("y/1.svs"))));
    EXPECT_THAT(read("slide,label\nx/1.svs,LUAD\nf/1.h5,LUAD\na.svs,LUAD\nb.svs,LUSC\n", "f").problems,
                ElementsAre(HasSubstr("is listed again and counts once")));
}

TEST_F(CohortTest, RefusesColumnsThatCutAPatientAndNamesWhom) {
    touch_all({"a.svs", "b.svs", "c.svs"});
    EXPECT_THAT(refusal("slide,label,patient,fold\na.svs,LUAD,p1,0\nb.svs,LUAD,p1,2\nc.svs,LUSC,p2,1\n"),
                AllOf(HasSubstr("column fold cuts 1 patient: p1 (0, 2)"), HasSubstr("the same fold")));
    EXPECT_THAT(refusal("slide,label,patient,fold\na.svs,LUAD,p1,0\nb.svs,LUAD,p1,\nc.svs,LUSC,p2,1\n"),
                HasSubstr("p1 (0, none)"));
    EXPECT_THAT(refusal("slide,label,patient,split\na.svs,LUAD,p1,train\nb.svs,LUAD,p1,test\nc.svs,LUSC,p2,\n"),
                HasSubstr("column split cuts 1 patient: p1 (test, train)"));
    EXPECT_THAT(read("slide,label,patient,split\na.svs,LUAD,p1,train\nb.svs,LUAD,p1,\nc.svs,LUSC,p2,\n").problems,
                IsEmpty())
        << "what is not marked trains";
}

TEST_F(CohortTest, RefusesFoldsAndPartsThatAreNone) {
    touch_all({"a.svs", "b.svs"});
    EXPECT_THAT(refusal("slide,label,fold\na.svs,LUAD,-2\nb.svs,LUSC,0\n"), HasSubstr("line 2: the fold is negative"));
    EXPECT_THAT(refusal("slide,label,fold\na.svs,LUAD,one\nb.svs,LUSC,0\n"), HasSubstr("line 2"));
    EXPECT_THAT(refusal("slide,label,split\na.svs,LUAD,early\nb.svs,LUSC,\n"), HasSubstr("line 2: split is \"early\""));
}

TEST_F(CohortTest, ReadsTheSameWhateverTheOrderOfTheRows) {
    touch_all({"a.svs", "b.svs", "c.svs"});
    const auto one = read("slide,label\na.svs,LUAD\nb.svs,LUSC\nc.svs,LUAD\n");
    const auto other = read("slide,label\nc.svs,LUAD\nb.svs,LUSC\na.svs,LUAD\n");
    EXPECT_EQ(names_of(one), names_of(other));
}

TEST_F(CohortTest, RefusesTablesAndFoldersThatAreNotThere) {
    EXPECT_THROW(read_cohort(folder / "nothing.csv"), Error);
    touch_all({"a.svs", "b.svs"});
    EXPECT_THROW(read("slide,label\na.svs,LUAD\nb.svs,LUSC\n", "nowhere"), Error);
}

}  // namespace
}  // namespace slidetype

// Tables as Excel, R, Python, Windows and people write them. Each says the same: what is read of it is below it.
#include "model/data/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/data/table_files.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// One way of writing a table with two slides: "a.svs", 0.5 µm/px, patient p1, and "b c.svs", unknown, fold 1.
struct Way {
    const char* name;
    std::string text;
    std::string note;  ///< part of what is told; empty: nothing is told
};
std::ostream& operator<<(std::ostream& out, const Way& way) {
    return out << way.name;
}

/// In UTF-16, with or without its mark.
std::string utf16(const std::string& ascii, bool big_endian, bool mark) {
    std::string out = mark ? (big_endian ? "\xFE\xFF" : "\xFF\xFE") : "";
    for (const char c : ascii) out += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
    return out;
}

const std::string kPlain = "slide,spacing,patient,fold\na.svs,0.5,p1,0\nb c.svs,,,1\n";

std::string with(const std::string& text, const std::string& from, const std::string& to) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const bool here = text.compare(i, from.size(), from) == 0;
        out += here ? to : std::string(1, text[i]);
        i += here ? from.size() : 1;
    }
    return out;
}

const Way kWays[] = {
    {"Plain", kPlain, ""},
    {"CrLf", with(kPlain, "\n", "\r\n"), ""},
    {"CrAlone", with(kPlain, "\n", "\r"), ""},
    {"CrCrLf", with(kPlain, "\n", "\r\r\n"), ""},
    {"NoLastLineEnd", kPlain.substr(0, kPlain.size() - 1), ""},
    {"ByteOrderMark", "\xEF\xBB\xBF" + kPlain, ""},
    {"ByteOrderMarkTwice", "\xEF\xBB\xBF\xEF\xBB\xBF" + kPlain, ""},
    {"Utf16LittleEndian", utf16(kPlain, false, true), ""},
    {"Utf16BigEndian", utf16(kPlain, true, true), ""},
    {"Utf16WithoutMark", utf16(kPlain, false, false), ""},
    {"Utf16BigEndianWithoutMark", utf16(kPlain, true, false), ""},
    {"Utf16WithTabs", utf16(with(with(kPlain, ",", "\t"), "\n", "\r\n"), false, true), ""},
    {"Semicolons", with(kPlain, ",", ";"), ""},
    {"Tabs", with(kPlain, ",", "\t"), ""},
    {"SeparatorDeclared", "sep=,\r\n" + kPlain, ""},
    {"SemicolonDeclared", "sep=;\n" + with(kPlain, ",", ";"), ""},
    {"SemicolonDeclaredInQuotes", "\"sep=;\"\r" + with(kPlain, ",", ";"), ""},
    {"BarDeclared", "SEP=|\n" + with(kPlain, ",", "|"), ""},
    {"TabDeclared", "sep=\t\n" + with(kPlain, ",", "\t"), ""},
    {"Quoted",
     "\"slide\",\"spacing\",\"patient\",\"fold\"\n\"a.svs\",\"0.5\",\"p1\",\"0\"\n\"b c.svs\",\"\",\"\",\"1\"\n", ""},
    {"BlanksAroundFields", " slide , spacing,\tpatient, FOLD\na.svs , 0.5 , p1 ,0\n b c.svs, , ,1 \n", ""},
    {"BlanksAroundQuotes", "slide,spacing,patient,fold\n \"a.svs\" ,0.5, \"p1\",0\n\"b c.svs\",,,1\n", ""},
    {"BlanksInQuotes", "slide,spacing,patient,fold\na.svs,\" 0.5\",\"p1 \",\"0 \"\nb c.svs,,\" \",1\n", ""},
    {"NonBreakingBlanks", "slide\u00a0,spacing,patient,fold\n\u00a0a.svs,0.5,p1\u00a0,0\nb c.svs,\u00a0,,1\n", ""},
    {"ZeroWidthBlanks", "\u200bslide,spacing,patient,fold\na.svs\u200b,0.5,\ufeffp1,0\nb c.svs,,,1\n", ""},
    {"EmptyRows", kPlain + ",,,\n\n \n,,,,,,\n\"\",,,\n", ""},
    {"EmptyRowsAbove", ",,,\n\n" + kPlain, ""},
    {"EmptyFieldsBeyondTheHeader", "slide,spacing,patient,fold\na.svs,0.5,p1,0,,\nb c.svs,,,1,\n", ""},
    {"EmptyNamesAtTheEnd", "slide,spacing,patient,fold,,\na.svs,0.5,p1,0,,\nb c.svs,,,1,,\n", ""},
    {"NA", "slide,spacing,patient,fold\na.svs,0.5,p1,0\nb c.svs,NA,NA,1\n",
     ": 2 entries \"NA\" were read as empty (columns spacing, patient)"},
    {"ManyWordsForNothing",
     "slide,spacing,patient,fold,roi,label\na.svs,0.5,p1,0,None,n/a\nb c.svs,NaN,-,1,NULL,#N/A\n",
     ": 1 entry \"#N/A\" and 1 entry \"-\" and 1 entry \"n/a\" and 1 entry \"NaN\" and 1 entry \"None\" and 1 entry "
     "\"NULL\" were read as empty"},
    {"OneWordInTwoCases", "slide,spacing,patient,fold\na.svs,0.5,p1,0\nb c.svs,nan,NaN,1\n",
     ": 2 entries \"nan\" were read as empty"},
    {"RowNamesOfR",
     "\"\",\"slide\",\"spacing\",\"patient\",\"fold\"\n\"1\",\"a.svs\",0.5,\"p1\",0\n\"2\",\"b "
     "c.svs\",NA,NA,1\n",
     ": 2 entries \"NA\""},
    {"WholeNumbersWithAPoint", "slide,spacing,patient,fold\na.svs,0.50,p1,0.0\nb c.svs,,,1.0\n", ""},
    {"PlusSigns", "slide,spacing,patient,fold\na.svs,+0.5,p1,0\nb c.svs,,,+1\n", ""},
    {"FormulasOfExcel", "slide,spacing,patient,fold\na.svs,0.5,=\"p1\",0\nb c.svs,,,\"=\"\"1\"\"\"\n", ""},
    {"DecimalCommaBehindSemicolons", "slide;spacing;patient;fold\na.svs;0,5;p1;0\nb c.svs;;;1,0\n",
     ": 2 numbers were read with a decimal comma, \"0,5\" as 0.5 (columns spacing, fold)"},
    {"DecimalCommaBetweenTabs", "slide\tspacing\tpatient\tfold\na.svs\t0,50\tp1\t0\nb c.svs\t\t\t1\n",
     ": 1 number was read with a decimal comma, \"0,50\" as 0.50 (column spacing)"},
    {"OtherColumns", "n,fold,slide,patient,scanner,spacing\n1,0,a.svs,p1,x;y,0.5\n2,1,b c.svs,,,\n", ""},
};

class TableOf : public ::testing::TestWithParam<Way> {
  protected:
    testing::TemporaryFolder folder;
};

TEST_P(TableOf, SaysTheSameInWhicheverWayItIsWritten) {
    write_file(folder / "list.csv", GetParam().text);
    const auto table = read_manifest(folder / "list.csv", {"slide"}, {"spacing", "patient", "fold", "roi", "label"});
    ASSERT_EQ(table.rows.size(), 2U);
    const auto &a = table.rows[0], &b = table.rows[1];
    EXPECT_EQ(table.at(a, "slide"), "a.svs");
    EXPECT_EQ(table.number(a, "spacing"), 0.5);
    EXPECT_EQ(table.at(a, "patient"), "p1");
    EXPECT_EQ(table.integer(a, "fold"), 0);
    EXPECT_EQ(table.at(b, "slide"), "b c.svs");
    EXPECT_EQ(table.number(b, "spacing"), std::nullopt);
    EXPECT_EQ(table.at(b, "patient"), "");
    EXPECT_EQ(table.integer(b, "fold"), 1);
    for (const auto* column : {"roi", "label"}) {
        EXPECT_EQ(table.has(column) ? table.at(b, column) : "", "") << column;
    }
    if (GetParam().note.empty()) {
        EXPECT_THAT(table.notes, IsEmpty());
    } else {
        EXPECT_THAT(table.notes, ElementsAre(HasSubstr(GetParam().note)));
    }
    EXPECT_THAT(read_header(folder / "list.csv"), ::testing::Contains("slide"));
}

INSTANTIATE_TEST_SUITE_P(Ways, TableOf, ::testing::ValuesIn(kWays),
                         [](const auto& way) { return std::string(way.param.name); });

class ManifestTest : public ::testing::Test {
  protected:
    Manifest read(const std::string& text) {
        write_file(folder / "list.csv", text);
        return read_manifest(folder / "list.csv", {"slide"}, {"spacing", "patient", "fold"});
    }
    /// What is said of a table that cannot be meant: message and hint.
    std::string refusal(const std::string& text) {
        try {
            const auto table = read(text);
            for (const auto& row : table.rows) {
                (void)table.number(row, "spacing");
                if (table.has("fold")) (void)table.integer(row, "fold");
            }
        } catch (const Error& error) {
            return std::string(error.what()) + " | " + error.hint();
        }
        return "accepted";
    }
    testing::TemporaryFolder folder;
};

TEST_F(ManifestTest, NamesTheLineOfTheFileWhateverEndsTheLines) {
    EXPECT_EQ(read("sep=,\r\n\r\nslide\r\n,\r\n\"a\r\nb\"\r\nc\r\n").lines, (std::vector<std::size_t>{5, 7}));
    EXPECT_EQ(read("slide\r\"a\rb\"\r\rc\r").lines, (std::vector<std::size_t>{2, 5}));
    EXPECT_THAT(refusal(utf16("slide,spacing\r\na,1\r\nb,x\r\n", false, true)), HasSubstr("line 3: \"x\""));
}

TEST_F(ManifestTest, KeepsAWordThatIsAFileName) {
    const auto table = read("slide,patient\nNA,NA\nNone,p\n");
    EXPECT_EQ(table.at(table.rows[0], "slide"), "NA");
    EXPECT_EQ(table.at(table.rows[0], "patient"), "");
    EXPECT_EQ(table.at(table.rows[1], "slide"), "None");
    EXPECT_THAT(table.notes, ElementsAre(HasSubstr("1 entry \"NA\" was read as empty (column patient)")));
}

TEST_F(ManifestTest, TakesBlanksInQuotesForNothing) {
    write_file(folder / "list.csv", "slide,roi\n\"  \",\" NA \"\n\"a\",\" \"\n");
    const auto table = read_manifest(folder / "list.csv", {"slide"}, {"roi"});
    EXPECT_EQ(table.at(table.rows[0], "slide"), "");
    EXPECT_EQ(table.at(table.rows[0], "roi"), "");
    EXPECT_EQ(table.at(table.rows[1], "roi"), "");
}

TEST_F(ManifestTest, TellsNothingOfColumnsThatNobodyReads) {
    const auto table = read("slide,mood,\na,NA,\n");
    EXPECT_THAT(table.notes, IsEmpty());
    EXPECT_THAT(table.unknown, ElementsAre("mood"));
}

TEST_F(ManifestTest, ReadsWordsInWindows1252AndSaysSo) {
    const auto table = read("slide,patient\na.svs,M\xFCller\nb.svs,M\xF6ller\xA0\n");
    EXPECT_EQ(table.at(table.rows[0], "patient"), "Müller");
    EXPECT_EQ(table.at(table.rows[1], "patient"), "Möller");
    EXPECT_THAT(table.notes,
                ElementsAre(HasSubstr(": 2 entries are not in UTF-8 and were read as Windows-1252, \"Müller\"")));
}

TEST_F(ManifestTest, NamesADecimalCommaThatItCannotRead) {
    EXPECT_THAT(refusal("slide,spacing\na,\"0,5\"\n"),
                HasSubstr("line 2: \"0,5\" in column spacing is no number | Write the decimal comma as a point: 0.5"));
    // A thousand, or one?
    EXPECT_THAT(refusal("slide\tspacing\na\t1,000\n"), HasSubstr("\"1,000\" in column spacing is no number"));
    EXPECT_EQ(refusal("slide\tspacing\na\t0,250\n"), "accepted");
    EXPECT_EQ(refusal("slide;spacing\na;1,000\n"), "accepted");
}

TEST_F(ManifestTest, NamesWhatIsWrongWithANumber) {
    EXPECT_THAT(refusal("slide,spacing\na,0.5 µm\n"), HasSubstr("\"0.5 µm\" in column spacing is no number | Write"));
    EXPECT_THAT(refusal("slide,fold\na,1.5\n"), HasSubstr("\"1.5\" in column fold is no whole number"));
    EXPECT_THAT(refusal("slide,fold\na,99999999999\n"), HasSubstr("no whole number"));
    EXPECT_THAT(refusal("slide,fold\na,1e400\n"), HasSubstr("no whole number"));
    EXPECT_THAT(refusal("slide,fold\na,inf\n"), HasSubstr("no whole number"));
}

TEST_F(ManifestTest, NamesWhatIsWrongWithATable) {
    EXPECT_THAT(refusal(""), HasSubstr("is empty"));
    EXPECT_THAT(refusal("\xEF\xBB\xBF\r\n  \r\n"), HasSubstr("is empty"));
    EXPECT_THAT(refusal("slide,spacing,Slide \na,1,b\n"),
                HasSubstr("names the column \"slide\" twice, as columns 1 and 3"));
    EXPECT_THAT(refusal("path;um\na;1\n"),
                HasSubstr("has no column \"slide\"; its first line has \"path\", \"um\" | The first line names the "
                          "columns: slide[,spacing][,patient][,fold]"));
    EXPECT_THAT(refusal("slide,spacing\na\n"), HasSubstr("line 2 has 1 field, the header has 2"));
    EXPECT_THAT(refusal("slide,spacing\na,1,b\n"), HasSubstr("line 2 has 3 fields, the header has 2"));
    EXPECT_THAT(refusal("slide,spacing\n\"a,1\n"), HasSubstr("line 2: a quoted field is not closed"));
}

TEST_F(ManifestTest, NamesWhatIsNoTable) {
    EXPECT_THAT(refusal("PK\x03\x04 and so on"), HasSubstr("is a workbook"));
    EXPECT_THAT(refusal("\x1F\x8B\x08"), HasSubstr("is compressed"));
    EXPECT_THAT(refusal(std::string("slide\n\0", 7)), HasSubstr("zero bytes"));
    EXPECT_THAT(refusal(std::string("\xFF\xFEs\0l", 5)), HasSubstr("UTF-16 that is cut short"));
}

TEST_F(ManifestTest, TablesOfOursAreReadAsTheyStand) {
    write_file(folder / "own.csv", "index,Reason\n0, NA\n1,\"a,b\"\n");
    const auto table = read_own_table(folder / "own.csv", {"index"});
    EXPECT_EQ(table.at(table.rows[0], "reason"), " NA");
    EXPECT_EQ(table.at(table.rows[1], "reason"), "a,b");
    write_file(folder / "own.csv", "index;reason\n0;a\n");
    EXPECT_THROW(read_own_table(folder / "own.csv", {"index"}), Error);
}

class TableFilesTest : public ManifestTest {
  protected:
    /// The files that the rows name, and what is told of them.
    std::vector<fs::path> found(const std::string& text) {
        const auto table = read(text);
        TableFiles files(table, folder.path());
        std::vector<fs::path> out;
        for (const auto& row : table.rows)
            out.push_back(files.find(row, "slide").lexically_relative(folder.path()).lexically_normal());
        notes = files.notes();
        return out;
    }
    void touch(const std::string& name) {
        fs::create_directories((folder / name).parent_path());
        write_file(folder / name, "x");
    }
    std::vector<std::string> notes;
};

TEST_F(TableFilesTest, ReadsBackslashesAsSlashesWhereTheFileIsThen) {
    touch("deep/a.svs");
    EXPECT_THAT(found("slide\ndeep\\a.svs\n.\\deep\\a.svs\ndeep/a.svs\n"),
                ElementsAre("deep/a.svs", "deep/a.svs", "deep/a.svs"));
    EXPECT_THAT(
        notes,
        ElementsAre(HasSubstr(": 2 file names have backslashes and were read with / in their place (deep\\a.svs)")));
    touch("b\\c.svs");
    EXPECT_THAT(found("slide\nb\\c.svs\n"), ElementsAre("b\\c.svs")) << "a file of that name is meant first";
    EXPECT_THAT(notes, IsEmpty());
}

TEST_F(TableFilesTest, NamesBackslashesWhereNothingLiesThere) {
    EXPECT_THAT(found("slide\nC:\\slides\\a.svs\n"), ElementsAre("C:\\slides\\a.svs"));
    EXPECT_THAT(notes, ElementsAre(HasSubstr("1 file name has backslashes, as on Windows, and nothing lies there")));
}

TEST_F(TableFilesTest, FindsNamesInWindows1252AndSaysSo) {
    touch("Müller.svs");
    EXPECT_THAT(found("slide\nM\xFCller.svs\n"), ElementsAre("Müller.svs"));
    EXPECT_THAT(notes, ElementsAre(HasSubstr("1 file name is not in UTF-8 and was read as Windows-1252 (Müller.svs)")));
    EXPECT_THAT(found("slide\nM\xF6ller.svs\n"), ElementsAre("M\xF6ller.svs"));
    EXPECT_THAT(notes, ElementsAre(HasSubstr("nothing lies there when it is read as Windows-1252 either")));
    touch("M\xF6ller.svs");
    EXPECT_THAT(found("slide\nM\xF6ller.svs\n"), ElementsAre("M\xF6ller.svs")) << "a name may have any bytes";
    EXPECT_THAT(notes, IsEmpty());
}

TEST_F(TableFilesTest, TakesBlanksInQuotesForPartOfTheNameWhereTheyAre) {
    touch("a.svs");
    EXPECT_THAT(found("slide\n\"a.svs \"\n"), ElementsAre("a.svs"));
    EXPECT_THAT(notes, ElementsAre(HasSubstr("1 file name has blanks around it")));
    touch("a.svs ");
    EXPECT_THAT(found("slide\n\"a.svs \"\n"), ElementsAre("a.svs "));
    EXPECT_THAT(found("slide\na.svs \n"), ElementsAre("a.svs"));
    EXPECT_THAT(notes, IsEmpty());
}

}  // namespace
}  // namespace slidetype

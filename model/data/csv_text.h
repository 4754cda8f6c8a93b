#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace slidetype {

/// One record of a CSV text.
struct CsvRecord {
    std::vector<std::string> fields;
    std::size_t line = 1;  ///< of the text, from 1, on which it begins
};

enum class CsvStyle {
    rfc4180,  ///< as we write it: comma, fields as they stand
    /// As people and spreadsheets write it: fields without quotes are trimmed, so is what stands round quotes; records
    /// of blanks alone are none.
    lenient,
};

/// Splits a text into records. Fields may be quoted, with doubled quotes and line breaks in them; lines end with LF,
/// CRLF or CR. Lines with nothing on them are no records. Reading ends after `most` records. `source` and `first_line`
/// are for messages and CsvRecord::line. Throws Error(bad_data) for a quote that is not closed.
std::vector<CsvRecord> parse_csv(std::string_view text, char separator, CsvStyle style, const std::string& source,
                                 std::size_t first_line = 1,
                                 std::size_t most = std::numeric_limits<std::size_t>::max());

/// The bytes of a text file of unknown origin as text: UTF-16 (with its byte-order mark, or plainly so without) as
/// UTF-8, the mark of UTF-8 taken off. Other bytes stay as they are, valid UTF-8 or not. Throws Error(bad_data) naming
/// what the file is where it is no text: a workbook, a compressed file, zero bytes.
std::string readable_text(std::string bytes, const std::string& source);

/// Without blanks at its ends: ASCII's, and those that word processors and web pages leave (non-breaking, thin and
/// ideographic blanks, zero-width ones, byte-order marks).
std::string_view trimmed_blanks(std::string_view text);

}  // namespace slidetype

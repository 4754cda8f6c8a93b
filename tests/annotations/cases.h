#pragma once

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/atomic_file.h"
#include "tiler/annotations/drawn_areas.h"

namespace slidetype::testing {

/// One line of tests/annotations/cases.json, which tells what its members mean.
struct AnnotationCase {
    using Counts = std::map<std::string, std::size_t>;
    std::string name;
    std::string bytes;  ///< of the file
    bool refused = false;
    Counts areas, passed_over;
};

inline std::ostream& operator<<(std::ostream& out, const AnnotationCase& one) {
    return out << one.name;
}

inline std::string from_base64(std::string_view text) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned bits = 0, count = 0;
    for (const char c : text) {
        const auto digit = kDigits.find(c);
        if (digit == std::string_view::npos) break;
        bits = bits << 6U | static_cast<unsigned>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 0xffU);
    }
    return bytes;
}

inline std::vector<AnnotationCase> annotation_cases() {
    const auto table = nlohmann::ordered_json::parse(read_file(SLIDETYPE_SOURCE_DIR "/tests/annotations/cases.json"));
    std::vector<AnnotationCase> cases;
    for (const auto& row : table.at("cases")) {
        AnnotationCase one;
        one.name = row.at("name");
        one.bytes = row.contains("document") ? row["document"].dump()
                    : row.contains("text")   ? row["text"].get<std::string>()
                                             : from_base64(row.at("base64").get<std::string>());
        one.refused = row.value("refused", false);
        if (!one.refused) one.areas = row.at("areas"), one.passed_over = row.at("passed_over");
        cases.push_back(std::move(one));
    }
    return cases;
}

/// "a class as a name" as the name of a test.
inline std::string case_name(const ::testing::TestParamInfo<AnnotationCase>& info) {
    std::string name;
    for (const char c : info.param.name) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return name;
}

/// Under the names that the table has, without kinds of which there are none.
inline AnnotationCase::Counts counts_of(const PassedOver& p) {
    AnnotationCase::Counts counts = {{"tile", p.tiles},        {"detection", p.detections}, {"cell", p.cells},
                                     {"tmaCore", p.tma_cores}, {"own", p.own_regions},      {"line", p.lines},
                                     {"point", p.points},      {"shapeless", p.shapeless}};
    std::erase_if(counts, [](const auto& item) { return item.second == 0; });
    return counts;
}

}  // namespace slidetype::testing

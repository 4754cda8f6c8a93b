#include "model/onnxruntime/onnxruntime_library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/onnxruntime/onnx_file.h"
#include "tests/model/onnxruntime/onnx_files.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;
using testing::ProtoMessage;

std::string why_not_loaded(const std::string& library) {
    try {
        (void)load_onnxruntime(library);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::unsupported);
        return error.what();
    }
    return "it was loaded";
}

TEST(OnnxRuntimeLibrary, SaysWhyItCannotBeLoaded) {
    EXPECT_THAT(why_not_loaded("/nowhere/libonnxruntime.so.1"),
                HasSubstr("/nowhere/libonnxruntime.so.1: cannot be loaded: cannot open"));
    EXPECT_THAT(why_not_loaded("libm.so.6"), HasSubstr("not ONNX Runtime"));
    EXPECT_THAT(why_not_loaded(SLIDETYPE_OLD_ONNXRUNTIME), HasSubstr("is ONNX Runtime 1.4.0; 1.11 is the oldest"));
}

TEST(OnnxFile, MayNotSayThatTensorsLieElsewhereWhereverTheyAre) {
    const testing::TemporaryFolder folder;
    const auto verdict = [&](const ProtoMessage& model) {
        write_file(folder / "a.onnx", model.text());
        try {
            (void)read_onnx_file(folder / "a.onnx");
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("taken");
    };
    const auto location = ProtoMessage().bytes(1, "location").bytes(2, "/etc/passwd").text();
    const auto elsewhere = ProtoMessage().bytes(13, location).text(), flagged = ProtoMessage().number(14, 1).text();
    const auto here = ProtoMessage().number(14, 0).bytes(9, "0123").text();
    EXPECT_EQ(verdict(ProtoMessage().bytes(7, ProtoMessage().bytes(5, here).text())), "taken");
    for (const auto& tensor : {elsewhere, flagged}) {
        const auto attribute = ProtoMessage().bytes(5, tensor).text();
        const auto node = ProtoMessage().bytes(5, attribute).text();
        const auto branch =
            ProtoMessage().bytes(5, ProtoMessage().bytes(6, ProtoMessage().bytes(1, node).text()).text()).text();
        for (const auto& graph :
             {ProtoMessage().bytes(5, tensor), ProtoMessage().bytes(1, node), ProtoMessage().bytes(1, branch),
              ProtoMessage().bytes(15, ProtoMessage().bytes(1, tensor).text())}) {
            EXPECT_THAT(verdict(ProtoMessage().bytes(7, graph.text())), HasSubstr("in other files"));
            // A graph that stands twice is one, put together of both.
            EXPECT_THAT(verdict(ProtoMessage().bytes(7, "").bytes(7, graph.text())), HasSubstr("in other files"));
        }
        EXPECT_THAT(verdict(ProtoMessage().bytes(25, ProtoMessage().bytes(7, node).text())),
                    HasSubstr("in other files"));
    }
    auto deep = std::string();
    for (int i = 0; i < 200; ++i) {
        const auto attribute = ProtoMessage().bytes(6, deep).text();
        deep = ProtoMessage().bytes(1, ProtoMessage().bytes(5, attribute).text()).text();
    }
    EXPECT_THAT(verdict(ProtoMessage().bytes(7, deep)), HasSubstr("damaged"));
}

}  // namespace
}  // namespace slidetype

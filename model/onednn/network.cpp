#include "model/onednn/network.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "model/onednn/descriptor.h"
#include "model/onednn/input.h"
#include "model/onednn/large_buffer.h"
#include "model/onednn/one_thread.h"

namespace slidetype {
namespace {

using dnnl::memory;
using Type = memory::data_type;
using Tag = memory::format_tag;

std::size_t stride(const memory::desc& desc, int dimension) {
    return static_cast<std::size_t>(stride_of(desc, dimension));
}

}  // namespace

/// Two buffers take turns as source and destination; what the tile chain ends in has one of its own.
class OnednnNetwork::Workspace {
  public:
    Workspace(const dnnl::engine& engine, const Chain& tiles, const Chain& rows, std::size_t ending_bytes)
        : stream(engine) {
        std::size_t bytes = 0, scratch_bytes = 0;
        for (const auto* chain : {&tiles, &rows}) {
            for (const auto& operation : *chain) {
                bytes = std::max({bytes, operation.source.get_size(), operation.destination.get_size()});
                scratch_bytes = std::max(scratch_bytes, operation.scratchpad.get_size());
            }
        }
        turns = {buffer(engine, bytes), buffer(engine, bytes)};
        ending = buffer(engine, ending_bytes);
        scratch = make_large_buffer(scratch_bytes);
        tile_arguments = bind(engine, tiles, handle(turns[0]));
        row_arguments = bind(engine, rows, handle(ending));
    }

    static std::byte* handle(const memory& of) { return static_cast<std::byte*>(of.get_data_handle()); }

    dnnl::stream stream;
    std::array<memory, 2> turns;
    memory ending;
    std::shared_ptr<std::byte> scratch;
    std::vector<Arguments> tile_arguments, row_arguments;

  private:
    static memory buffer(const dnnl::engine& engine, std::size_t bytes) {
        memory made(memory::desc({static_cast<memory::dim>(std::max<std::size_t>(bytes, 1))}, Type::u8, Tag::x),
                    engine);
        std::fill_n(handle(made), bytes, std::byte{});
        return made;
    }

    std::vector<Arguments> bind(const dnnl::engine& engine, const Chain& chain, std::byte* source) const {
        std::vector<Arguments> all;
        std::size_t turn = 1;
        for (const auto& operation : chain) {
            auto arguments = operation.constants;
            std::byte* destination = handle(turns[turn]);
            arguments[DNNL_ARG_SRC] = memory(operation.source, engine, source);
            arguments[DNNL_ARG_DST] = memory(operation.destination, engine, destination);
            arguments[DNNL_ARG_SCRATCHPAD] = memory(operation.scratchpad, engine, scratch.get());
            all.push_back(std::move(arguments));
            source = destination;
            turn = 1 - turn;
        }
        return all;
    }
};

OnednnNetwork::OnednnNetwork(const Architecture& architecture, InputKind input, const Weights& weights,
                             const Int8Config* int8)
    : edge_(architecture.patch_size_px), input_kind_(input), engine_(dnnl::engine::kind::cpu, 0) {
    const OneThread alone;  // primitives are made for the number of threads that is set now
    try {
        plan_ = plan_network(engine_, architecture, weights, int8);
    } catch (const dnnl::error& error) {
        throw Error(ErrorCode::unsupported, "oneDNN", std::string("cannot compute this network: ") + error.what());
    }
    for (const auto& implementation : implementations()) {
        if (implementation.find(": ref") == std::string::npos) continue;
        throw Error(ErrorCode::unsupported, "oneDNN",
                    "has nothing but reference code for this processor: " + implementation);
    }
}

std::shared_ptr<OnednnNetwork::Workspace> OnednnNetwork::make_workspace() const {
    const auto ending = plan_.rows.empty() ? kTiles * plan_.row_bytes : plan_.rows.front().source.get_size();
    return std::make_shared<Workspace>(engine_, plan_.tile, plan_.rows, ending);
}

std::vector<std::string> OnednnNetwork::implementations() const {
    std::vector<std::string> out;
    for (const auto* chain : {&plan_.tile, &plan_.rows}) {
        for (const auto& operation : *chain) out.push_back(operation.name + ": " + operation.implementation);
    }
    return out;
}

void OnednnNetwork::prepare(std::span<const std::uint8_t> tile, void* out) const {
    if (plan_.bytes) {
        return prepare_tile(tile, edge_, input_kind_, *plan_.bytes, plan_.margin, static_cast<std::uint8_t*>(out));
    }
    const auto& pixels = plan_.tile.front().source;
    const PixelStrides strides = {stride(pixels, 1), stride(pixels, 2), stride(pixels, 3)};
    prepare_tile(tile, edge_, input_kind_, strides, static_cast<float*>(out));
}

void OnednnNetwork::compute(const Operation& operation, const Arguments& arguments, Workspace& workspace) {
    if (!operation.filtering) return operation.primitive.execute(workspace.stream, arguments);
    const auto* const in = static_cast<const float*>(arguments.at(DNNL_ARG_SRC).get_data_handle());
    auto* const out = static_cast<float*>(arguments.at(DNNL_ARG_DST).get_data_handle());
    operation.filtering->run(in, out, workspace.scratch.get());
}

void OnednnNetwork::run(const Chain& chain, Workspace& workspace, bool rows, const Observer& observer) const {
    const auto& arguments = rows ? workspace.row_arguments : workspace.tile_arguments;
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const auto& source = arguments[i].at(DNNL_ARG_SRC);
        if (observer && chain[i].layer && type_of(chain[i].source) == Type::f32) {
            const auto* values = static_cast<const float*>(source.get_data_handle());
            observer(chain[i].name, {values, chain[i].source.get_size() / sizeof(float)});
        }
        compute(chain[i], arguments[i], workspace);
    }
}

std::span<const float> OnednnNetwork::features(std::span<const std::uint8_t> tiles, Workspace& workspace,
                                               const Observer& observer) const {
    const OneThread alone;
    const auto edge = static_cast<std::size_t>(edge_), bytes = 3 * edge * edge, count = tiles.size() / bytes;
    for (std::size_t tile = 0; tile < count; ++tile) {
        prepare(tiles.subspan(tile * bytes, bytes), workspace.turns[0].get_data_handle());
        auto& row = workspace.tile_arguments.back().at(DNNL_ARG_DST);
        row.set_data_handle(Workspace::handle(workspace.ending) + tile * plan_.row_bytes);
        run(plan_.tile, workspace, false, observer);
    }
    const auto* out = static_cast<const float*>(workspace.ending.get_data_handle());
    if (!plan_.rows.empty()) {
        run(plan_.rows, workspace, true, observer);
        out = static_cast<const float*>(workspace.row_arguments.back().at(DNNL_ARG_DST).get_data_handle());
    }
    return {out, count * plan_.features};
}

}  // namespace slidetype

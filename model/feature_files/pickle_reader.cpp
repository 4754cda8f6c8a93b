// Commands after Lib/pickletools.py of https://github.com/python/cpython, protocols 2 to 4.
#include "model/feature_files/pickle_reader.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base/error.h"

namespace slidetype {
namespace {

using Kind = PickleValue::Kind;

constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildParameter = "torch._utils._rebuild_parameter";
constexpr std::string_view kOrderedDict = "collections.OrderedDict";
constexpr std::array<std::string_view, 10> kKnownGlobals = {
    kRebuildTensor,        kRebuildParameter,       kOrderedDict,        "torch.FloatStorage", "torch.HalfStorage",
    "torch.DoubleStorage", "torch.BFloat16Storage", "torch.LongStorage", "torch.IntStorage",   "torch.ShortStorage"};

class PickleReader {
  public:
    PickleReader(std::string_view bytes, const std::string& source) : rest_(bytes), source_(source) {}

    Pickle read() {
        while (true) {
            const auto command = static_cast<unsigned char>(take(1).front());
            if (command == '.') break;
            if (!container(command) && !constant(command) && !memory(command)) {
                fail("holds Python objects that are no tensors");
            }
        }
        pickle_.root = pop();
        return std::move(pickle_);
    }

  private:
    [[noreturn]] void fail(const std::string& cause) const {
        throw Error(
            ErrorCode::bad_data, source_, cause,
            "Features are read as torch.save(features, \"slide.pt\") writes them, one tensor of N × D numbers.");
    }

    std::string_view take(std::uint64_t count) {
        if (count > rest_.size()) fail("is damaged or cut short: its pickle ends too early");
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    /// A whole number without a sign, lowest byte first.
    std::uint64_t whole(std::size_t bytes) {
        std::uint64_t number = 0;
        int shift = 0;
        for (const char byte : take(bytes)) {
            number |= std::uint64_t{static_cast<unsigned char>(byte)} << shift;
            shift += 8;
        }
        return number;
    }
    /// The same in two's complement.
    std::int64_t whole_signed(std::size_t bytes) {
        constexpr std::size_t kMost = sizeof(std::int64_t);
        if (bytes > kMost) fail("holds a number that is too large");
        if (bytes == 0) return 0;
        const auto unused = 8 * (kMost - bytes);
        return static_cast<std::int64_t>(whole(bytes) << unused) >> unused;
    }
    std::string line() {
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos) fail("is damaged or cut short: its pickle ends too early");
        std::string text(take(end));
        take(1);
        return text;
    }

    std::size_t top() const {
        if (stack_.empty() || (!marks_.empty() && marks_.back() == stack_.size()))
            fail("is damaged: its pickle is none");
        return stack_.back();
    }
    std::size_t pop() {
        const auto place = top();
        stack_.pop_back();
        return place;
    }
    /// All since the last mark.
    std::vector<std::size_t> pop_to_mark() {
        if (marks_.empty()) fail("is damaged: its pickle is none");
        const auto from = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
        std::vector<std::size_t> items(from, stack_.end());
        stack_.erase(from, stack_.end());
        marks_.pop_back();
        return items;
    }
    std::size_t push(PickleValue value) {
        pickle_.values.push_back(std::move(value));
        stack_.push_back(pickle_.values.size() - 1);
        return stack_.back();
    }
    void push(Kind kind, std::int64_t number) {
        PickleValue value;
        value.kind = kind;
        value.number = number;
        push(std::move(value));
    }
    void push_text(std::string_view text) {
        PickleValue value;
        value.kind = Kind::text;
        value.text = text;
        push(std::move(value));
    }
    void push_items(Kind kind, std::vector<std::size_t> items) {
        PickleValue value;
        value.kind = kind;
        value.items = std::move(items);
        push(std::move(value));
    }

    void push_global(const std::string& module, const std::string& name) {
        PickleValue value;
        value.kind = Kind::global;
        value.text = module + "." + name;
        if (std::ranges::find(kKnownGlobals, value.text) == kKnownGlobals.end()) refuse_global(value.text);
        push(std::move(value));
    }
    [[noreturn]] void refuse_global(const std::string& name) const {
        constexpr std::size_t kShown = 100;
        std::string shown = name.substr(0, kShown);
        std::ranges::replace_if(
            shown, [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
        if (shown.starts_with("torch.") || shown.starts_with("numpy.")) {
            fail("holds " + shown + ", which is not read here; nothing in it was run");
        }
        throw Error(ErrorCode::bad_data, source_,
                    "holds code: it asks for " + shown + " to be called. Nothing of it was run",
                    "Do not open this file with Python, and ask where it comes from.");
    }

    void reduce() {
        const auto items = arguments();
        const auto& called = pickle_.at(pop());
        const bool known = called.kind == Kind::global;
        if (known && called.text == kRebuildTensor) return push_items(Kind::tensor, items);
        if (known && called.text == kOrderedDict && items.empty()) return push_items(Kind::dict, {});
        if (known && called.text == kRebuildParameter && !items.empty() && pickle_.at(items[0]).kind == Kind::tensor) {
            stack_.push_back(items[0]);
            return;
        }
        fail("holds Python objects that are no tensors");
    }

    void set_items(const std::vector<std::size_t>& items) {
        auto& dict = pickle_.values[top()];
        if (dict.kind != Kind::dict || items.size() % 2 != 0) fail("holds Python objects that are no tensors");
        dict.items.insert(dict.items.end(), items.begin(), items.end());
    }

    void persistent() { push_items(Kind::storage, arguments()); }

    /// The items of a tuple on top. A few at most: what can be had again and again must not be large.
    std::vector<std::size_t> arguments() {
        constexpr std::size_t kMost = 16;
        const auto& tuple = pickle_.at(pop());
        if (tuple.kind != Kind::tuple || tuple.items.size() > kMost) fail("is damaged: its pickle is none");
        return tuple.items;
    }

    std::vector<std::size_t> pop_last(std::size_t count) {
        std::vector<std::size_t> items(count);
        for (auto item = items.rbegin(); item != items.rend(); ++item) *item = pop();
        return items;
    }

    /// Commands that put values together. Whether it is one of them.
    bool container(unsigned char command) {
        switch (command) {
            case '(':
                marks_.push_back(stack_.size());
                return true;
            case ')':
                push_items(Kind::tuple, {});
                return true;
            case 't':
                push_items(Kind::tuple, pop_to_mark());
                return true;
            case 0x85:
            case 0x86:
            case 0x87:
                push_items(Kind::tuple, pop_last(command - 0x84U));
                return true;
            case '}':
                push_items(Kind::dict, {});
                return true;
            case 's':
                set_items(pop_last(2));
                return true;
            case 'u':
                set_items(pop_to_mark());
                return true;
            case 'R':
                reduce();
                return true;
            case 'Q':
                persistent();
                return true;
            default:
                return false;
        }
    }

    /// Commands that bring a value. Whether it is one of them.
    bool constant(unsigned char command) {
        switch (command) {
            case 'N':
                push(Kind::none, 0);
                return true;
            case 0x88:
            case 0x89:
                push(Kind::boolean, command == 0x88 ? 1 : 0);
                return true;
            case 'K':
                push(Kind::whole, static_cast<std::int64_t>(whole(1)));
                return true;
            case 'M':
                push(Kind::whole, static_cast<std::int64_t>(whole(2)));
                return true;
            case 'J':
                push(Kind::whole, whole_signed(4));
                return true;
            case 0x8a:
                push(Kind::whole, whole_signed(whole(1)));
                return true;
            case 'X':
                push_text(take(whole(4)));
                return true;
            case 0x8c:
                push_text(take(whole(1)));
                return true;
            case 'G':  // a float, in texts and settings that nobody here asks for
                take(8);
                push(Kind::other, 0);
                return true;
            case 'c': {
                const auto module = line(), name = line();
                push_global(module, name);
                return true;
            }
            case 0x93: {
                const auto names = pop_last(2);
                if (pickle_.at(names[0]).kind != Kind::text || pickle_.at(names[1]).kind != Kind::text) {
                    fail("is damaged: its pickle is none");
                }
                const auto module = pickle_.at(names[0]).text, name = pickle_.at(names[1]).text;
                push_global(module, name);
                return true;
            }
            default:
                return false;
        }
    }

    /// Commands that remember a value and bring it back, and those about the pickle itself. Whether it is one of them.
    bool memory(unsigned char command) {
        switch (command) {
            case 0x80:
                take(1);
                return true;
            case 0x95:
                take(8);
                return true;
            case 'q':
                memo_[whole(1)] = top();
                return true;
            case 'r':
                memo_[whole(4)] = top();
                return true;
            case 0x94: {
                const auto next = memo_.size();
                memo_[next] = top();
                return true;
            }
            case 'h':
                recall(whole(1));
                return true;
            case 'j':
                recall(whole(4));
                return true;
            default:
                return false;
        }
    }

    void recall(std::uint64_t number) {
        const auto found = memo_.find(number);
        if (found == memo_.end()) fail("is damaged: its pickle is none");
        stack_.push_back(found->second);
    }

    std::string_view rest_;
    const std::string& source_;
    Pickle pickle_;
    std::vector<std::size_t> stack_, marks_;
    std::unordered_map<std::uint64_t, std::size_t> memo_;
};

}  // namespace

Pickle read_pickle(std::string_view bytes, const std::string& source) {
    return PickleReader(bytes, source).read();
}

}  // namespace slidetype

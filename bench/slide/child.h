#pragma once

#include <functional>
#include <nlohmann/json.hpp>

namespace slidetype::bench {

/// What `action` gives, run in a process of its own, with the keys "cpu_s" (user and system, all threads) and
/// "peak_rss_mb" added: neither memory nor threads of one measurement are counted in the next. The caller must not have
/// started threads. Throws Error(internal) with what `action` threw.
nlohmann::json in_child(const std::function<nlohmann::json()>& action);

}  // namespace slidetype::bench

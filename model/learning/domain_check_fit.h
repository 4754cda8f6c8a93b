#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "model/data/dataset.h"
#include "model/network/domain_fit.h"
#include "model/network/model_directory.h"

namespace slidetype {

/// What a model knew of its material before.
struct KnownBefore {
    const ModelDirectory* model = nullptr;  ///< absent: nothing
    bool keep = false;                      ///< its material stays known beside the new one
};

/// What was fitted, for those who are told.
struct DomainCheckFit {
    DomainFit fit;
    DomainConfig config;
    std::size_t materials = 1;
};

/// Fits what tells slides like the pictures of `split` from others, train and validation together, to a model
/// directory that is complete, and stores it there with its false alarms on sources that were left out. Up to some
/// thousand pictures are looked at, evenly from all sources, each as it is and twice as another microscope, scanner or
/// compression would have it. The spread between few sources is that of the model `before`. Same bits for any number
/// of threads. Throws what open_classifier() and store_domain() throw, Error(bad_data) where too few can be read.
DomainCheckFit fit_domain_check(const std::filesystem::path& model_directory, const Dataset& dataset,
                                const Split& split, int threads, const KnownBefore& before = {},
                                const std::function<void(std::size_t, std::size_t)>& progress = {});

/// Of fewer sources hardly any are left when one is left out, so false alarms say nothing.
inline constexpr std::size_t kFewestToLeaveOut = 5;

/// A sentence of warning where the check was fitted to few sources, else empty.
std::string few_sources_text(const DomainConfig& config);

/// What was found, in one or two sentences.
std::string domain_text(const DomainCheckFit& fit);

}  // namespace slidetype

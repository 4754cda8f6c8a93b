#pragma once

#include <filesystem>

#include "plugin/batch/batch.h"
#include "plugin/batch/batch_plan.h"

namespace slidetype {

/// Which columns the table of results has beyond those of every model.
struct ShownColumns {
    bool benign = false, unfamiliar = false;
};

/// On standard output: a table of the slides (of a large batch only those that were not done), the reasons, how the
/// calls agree with the labels where there are any, and where the pictures are.
/// `records`: where run.csv lies, which for a part of a list is a folder of its own.
void print_results(const BatchReport& report, const std::filesystem::path& output, const std::filesystem::path& records,
                   const ShownColumns& shown);

/// On standard error: which slides are unlike what the model was made from, once, with what to do; nothing where none
/// is.
void print_unlike_slides(const BatchReport& report, const ModelConfig& model);

/// On standard error: what failed by reason, with what to do about it, and how many slides are in which state.
/// `records`: where run.json lies.
void print_outcome(const BatchReport& report, const std::filesystem::path& records);

/// What a run would do, on standard output; what is to be done about slides that would fail, on standard error.
void print_plan(const BatchPlan& plan, const std::filesystem::path& output);

/// Of a dry run: 0, 2 or 3 where none, some or all slides would fail.
int exit_code(const BatchPlan& plan);

/// 0, 2, 3, 75 or 130, see exit_code_of().
int exit_code(const BatchReport& report);

}  // namespace slidetype

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/data/dataset.h"

namespace slidetype {

/// A slide with its diagnosis.
struct CohortSlide {
    std::string name;                ///< of the file, without its folder and ending
    std::filesystem::path file;      ///< the slide; empty where the table names features alone
    std::filesystem::path features;  ///< empty where none are known; else `file` may be absent
    int label = 0;                   ///< index into Cohort::class_names
    std::string patient;             ///< never empty; slides of one patient are never split
    std::string site;                ///< hospital; empty where it is not known
    int fold = -1;                   ///< as the table gives it, -1 where it gives none
    Part part = Part::none;          ///< as the table gives it
};

/// Slides with diagnoses: what heads learn from, and are measured by. A plain value.
struct Cohort {
    std::string source;                    ///< the table
    std::vector<std::string> class_names;  ///< "LUAD", "LUSC"
    std::vector<CohortSlide> slides;       ///< sorted by name, then by file, whatever the order of the rows
    bool has_patients = false;             ///< false: some slides count as patients of their own
    bool has_sites = false;                ///< some slide has a site
    bool has_folds = false;                ///< some slide has a fold
    bool has_parts = false;                ///< some slide has a part
    std::vector<std::string> notes;  ///< how the table was read: labels that are no class, patients from barcodes …
    std::vector<std::string> problems;  ///< slides that were left out, each with the reason
};

/// Where the files lie that a table names.
struct CohortPlaces {
    std::filesystem::path root;      ///< what relative names are below; empty: the folder of the table
    std::filesystem::path features;  ///< folder of feature files, found by the names of slides; empty: none
};

/// Reads a table `slide,label[,patient][,site][,fold|split]`, or with CLAM's (case_id,slide_id,label) or STAMP's
/// columns (PATIENT,FILENAME and one for the label); docs/formats.md has the rules.
/// - `slide` names a slide, a feature file, or what is found in the folder of features (FeatureFolder).
/// - Labels are those of class_index(). Rows of other labels and of benign tissue are left out and counted in `notes`.
/// - Without a patient or site, those of a TCGA barcode are taken; without that a slide is its own patient.
/// - Left out, and listed in `problems`: slides that are not there; slides listed again; slides that are listed with
/// two
///   labels, patients, sites, folds or parts; slides with the same feature file; patients in both classes.
/// Throws Error(not_found) where the table or the folder of features is not there, and Error(bad_data): one class alone
/// is left; a patient is in two folds or parts; several feature files have the name of one slide; more than one column
/// may be the label (naming them), or none.
Cohort read_cohort(const std::filesystem::path& table, const CohortPlaces& places = {});

}  // namespace slidetype

/* slidetype.h: score whole-slide images and pictures of lung tumours from C, or from any language that can call C.

   Open a model once, analyse any number of slides with it, read the scores of the tiles and the call of the slide, and
   write the same files as `slidetype run` does:

       slidetype_model *model;
       slidetype_result *result;
       if (slidetype_model_open("compact", &model) != SLIDETYPE_OK) { puts(slidetype_last_error()); return 1; }
       if (slidetype_analyse(model, "slide.svs", NULL, &result) == SLIDETYPE_OK) {
           slidetype_call call;
           slidetype_result_call(result, &call, sizeof call);
           printf("%s %.2f\n", slidetype_call_name(call.label), call.prob_lusc);
           slidetype_result_free(result);
       }
       slidetype_model_close(model);

   Research software. Not for diagnosis.

   Text is UTF-8. Coordinates are level-0 pixels of the slide, y down, without the bounds offset subtracted.
   Threads: a model may be used by any number of threads at once (a single analysis already takes all processors unless
   told otherwise); a result may be read by any number of threads; neither may be freed while it is used. The last error
   belongs to the thread whose call failed. No C++ exception leaves these functions.
   Compatibility: functions and the meaning of fields stay within one SLIDETYPE_API_VERSION; functions may be added, and
   structs may grow at their end, which is why their size is passed. Zero a struct that an older library may fill. */
#ifndef SLIDETYPE_H
#define SLIDETYPE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define SLIDETYPE_API __attribute__((visibility("default")))
#else
#define SLIDETYPE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define SLIDETYPE_API_VERSION 1

typedef enum slidetype_status {
    SLIDETYPE_OK = 0,
    SLIDETYPE_USAGE = 1,       /* the request makes no sense: a null pointer, an option out of range */
    SLIDETYPE_NOT_FOUND = 2,   /* no such file, folder or model */
    SLIDETYPE_IO = 3,          /* the operating system refused */
    SLIDETYPE_UNSUPPORTED = 4, /* a format that cannot be read, or a part of slidetype that is not installed */
    SLIDETYPE_CORRUPT = 5,     /* a damaged file */
    SLIDETYPE_NO_SPACING = 6,  /* the slide does not say how many µm a pixel spans: set spacing_um_px */
    SLIDETYPE_BAD_SPACING = 7, /* a spacing that cannot be true */
    SLIDETYPE_TOO_COARSE = 8,  /* the slide has fewer pixels per µm than the model needs */
    SLIDETYPE_BAD_MODEL = 9,   /* a model directory that is incomplete, damaged or contradictory */
    SLIDETYPE_BAD_DATA = 10,   /* a region of interest or a picture that cannot be used */
    SLIDETYPE_CANCELLED = 11,  /* the callback asked to stop */
    SLIDETYPE_INTERNAL = 12,   /* a bug of slidetype */
    SLIDETYPE_MEMORY = 13      /* more memory is needed than there is */
} slidetype_status;

/* SLIDETYPE_API_VERSION of the library that is loaded; compare it with the header's. */
SLIDETYPE_API int slidetype_api_version(void);
/* Such as "0.1.0". */
SLIDETYPE_API const char* slidetype_version(void);
/* The stable lower-case name of a status, such as "no_spacing"; "ok"; "unknown" for a number that is none. */
SLIDETYPE_API const char* slidetype_status_name(slidetype_status status);

/* What went wrong in this thread's last call that failed, naming the file and the cause, and what to do about it (may
   be empty). Valid until the thread's next call that fails. */
SLIDETYPE_API const char* slidetype_last_error(void);
SLIDETYPE_API const char* slidetype_last_hint(void);

/* ---- Models ---- */

typedef struct slidetype_model slidetype_model;

/* Opens an installed model by name, or a model directory. NULL opens the default model. */
SLIDETYPE_API slidetype_status slidetype_model_open(const char* name_or_path, slidetype_model** model);
/* NULL is allowed. */
SLIDETYPE_API void slidetype_model_close(slidetype_model* model);

SLIDETYPE_API const char* slidetype_model_name(const slidetype_model* model);
SLIDETYPE_API size_t slidetype_model_class_count(const slidetype_model* model);
/* NULL beyond the last class. */
SLIDETYPE_API const char* slidetype_model_class_name(const slidetype_model* model, size_t index);

/* ---- Analysing a slide ---- */

typedef enum slidetype_stage {
    SLIDETYPE_STAGE_OPEN = 0,
    SLIDETYPE_STAGE_TISSUE = 1,
    SLIDETYPE_STAGE_SCORE = 2
} slidetype_stage;

typedef struct slidetype_options {
    size_t size;                    /* of the struct, as slidetype_options_init was told */
    double spacing_um_px;           /* µm per level-0 pixel; 0: what the slide says */
    double min_tissue;              /* tiles with a smaller share of tissue are background; 0 to 1 */
    double overlap;                 /* share of a tile's edge, 0 to 0.9 */
    const char* region_of_interest; /* GeoJSON file with polygons as QuPath exports them; NULL: the whole slide */
    int keep_offset;                /* exported GeoJSON keeps the slide's bounds offset */
    int use_gate;                   /* tiles that do not look like tumour do not vote */
    int use_guard;                  /* tiles unlike anything that the model was trained on do not vote */
    int threads;                    /* 0: all processors */
    /* May be NULL. Called by one thread at a time, in order; `total` counts tiles and is 0 before the last stage. */
    void (*progress)(void* user, slidetype_stage stage, uint64_t done, uint64_t total);
    /* May be NULL. Asked often, by any thread, possibly at once; anything but 0 stops the analysis. */
    int (*cancelled)(void* user);
    void* user; /* handed to both */
    /* Instead of the model's own thresholds of the call (see slidetype_thresholds); NaN: the model's. */
    double min_area_mm2, min_tumour_share, mixed_region_mm2, mixed_share;
} slidetype_options;

/* Fills in the defaults; `size` is sizeof(slidetype_options). */
SLIDETYPE_API void slidetype_options_init(slidetype_options* options, size_t size);

typedef struct slidetype_result slidetype_result;

/* Reads and scores a slide. `options` may be NULL; else it was filled by slidetype_options_init. On anything but
   SLIDETYPE_OK `*result` is NULL. A tile that cannot be read does not fail the slide: its status says so. */
SLIDETYPE_API slidetype_status slidetype_analyse(const slidetype_model* model, const char* slide,
                                                 const slidetype_options* options, slidetype_result** result);
/* NULL is allowed. */
SLIDETYPE_API void slidetype_result_free(slidetype_result* result);

/* ---- Reading a result ---- */

typedef enum slidetype_call_label {
    SLIDETYPE_CALL_LUAD = 0,
    SLIDETYPE_CALL_LUSC = 1,
    SLIDETYPE_CALL_INDETERMINATE = 2,
    SLIDETYPE_CALL_INSUFFICIENT = 3,
    SLIDETYPE_CALL_NONE = 4, /* the model's classes are others than LUAD and LUSC */
    SLIDETYPE_CALL_MIXED = 5 /* both classes cover a good part with regions of their own */
} slidetype_call_label;
/* As in summary.json: "LUAD", …; "unknown" for a number that is none. */
SLIDETYPE_API const char* slidetype_call_name(slidetype_call_label label);

typedef struct slidetype_call {
    slidetype_call_label label;
    double prob_lusc;           /* of the slide, from its voting tiles (docs/slide-calls.md); NaN where none votes */
    double ci95_low, ci95_high; /* NaN where there are too few tiles for an interval */
    double voting_mm2;          /* tissue of the voting tiles */
    double scored_mm2;          /* tissue of all scored tiles */
    double tissue_mm2;          /* of the whole slide, by the tissue mask */
    /* Tumour in regions of one class that are large and sure enough to count for SLIDETYPE_CALL_MIXED; 0 for other
     * classes. */
    double coherent_luad_mm2, coherent_lusc_mm2;
    double benign_mm2;       /* tissue of the tiles that were scored and look like no tumour */
    double unfamiliar_mm2;   /* tissue of the tiles that were scored and are unlike the training */
    double unfamiliar_share; /* of the scored tiles, by number; above one half no subtype is called */
    double tumour_mm2;       /* as voting_mm2, each tile counted by how surely it is tumour */
    /* What prob_lusc is made of: the mean P(LUSC) of the voting tiles, each weighing how surely it is tumour, and how
       much of what lies beside them is no tumour, weighed alike; NaN where none votes. */
    double vote_mean, border_share;
} slidetype_call;

/* Writes at most `size` bytes, which is sizeof(slidetype_call). */
SLIDETYPE_API slidetype_status slidetype_result_call(const slidetype_result* result, slidetype_call* call, size_t size);
/* Tissue of the voting tiles in which a class has the highest probability, mm²; `index` as in
   slidetype_model_class_name. NaN beyond the last class. */
SLIDETYPE_API double slidetype_result_class_area(const slidetype_result* result, size_t index);

/* By what the call was made: the model's thresholds, but for those that the options have overridden. */
typedef struct slidetype_thresholds {
    double min_area_mm2;     /* less tumour is insufficient */
    double min_tumour_share; /* of the familiar tissue; less tumour is insufficient */
    double mixed_region_mm2; /* a region of one class smaller than this is not coherent */
    double mixed_share;      /* of the tumour; each class covers so much coherently where the call is mixed */
} slidetype_thresholds;
/* Writes at most `size` bytes, which is sizeof(slidetype_thresholds). */
SLIDETYPE_API slidetype_status slidetype_result_thresholds(const slidetype_result* result,
                                                           slidetype_thresholds* thresholds, size_t size);
/* Why, in one sentence that a pathologist understands. Valid as long as the result. */
SLIDETYPE_API const char* slidetype_result_reason(const slidetype_result* result);
/* Whether the slide as a whole is like what the model was made from: 1 it is, 0 it is not (then there is no call, or
   with `use_guard` 0 one that is not supported by anything), -1 the model does not know, or nothing was scored. */
SLIDETYPE_API int slidetype_result_known(const slidetype_result* result);

typedef enum slidetype_tile_status {
    SLIDETYPE_TILE_OK = 0, /* scored, and votes in the call */
    SLIDETYPE_TILE_BACKGROUND = 1,
    SLIDETYPE_TILE_OUTSIDE_ROI = 2,
    SLIDETYPE_TILE_READ_ERROR = 3,
    SLIDETYPE_TILE_BENIGN = 4,    /* scored; does not look like tumour, so it does not vote */
    SLIDETYPE_TILE_UNFAMILIAR = 5 /* scored; unlike what the model was trained on, so it does not vote */
} slidetype_tile_status;
/* As in tiles.csv, such as "read_error". */
SLIDETYPE_API const char* slidetype_tile_status_name(slidetype_tile_status status);

typedef struct slidetype_tile {
    int64_t x, y, width, height; /* level-0 pixels */
    int32_t column, row;         /* in the grid */
    slidetype_tile_status status;
    float tissue;      /* share of the tile that is tissue */
    float prob_tumour; /* NaN where the tile was not scored or the model has no gate */
    float strangeness; /* above 1: unfamiliar; NaN where the tile was not scored or the model does not know */
} slidetype_tile;

/* All tiles of the grid, row by row. */
SLIDETYPE_API size_t slidetype_result_tile_count(const slidetype_result* result);
/* `size` is sizeof(slidetype_tile). */
SLIDETYPE_API slidetype_status slidetype_result_tile(const slidetype_result* result, size_t index, slidetype_tile* tile,
                                                     size_t size);
/* tiles × classes values, row by row, in the order of the model's classes; NaN where a tile was not scored. Valid as
   long as the result. */
SLIDETYPE_API const float* slidetype_result_probabilities(const slidetype_result* result);

/* µm per level-0 pixel, across and down; what viewers like QuPath subtract from level-0 pixels (the bounds offset). */
SLIDETYPE_API void slidetype_result_spacing(const slidetype_result* result, double* x_um_px, double* y_um_px);
SLIDETYPE_API void slidetype_result_offset(const slidetype_result* result, int64_t* x, int64_t* y);

/* Writes the files of `slidetype run` (summary.json, tiles.csv, overlay.geojson, …) into `folder`, which is created if
   need be; summary.json comes last, so that its presence means "complete". */
SLIDETYPE_API slidetype_status slidetype_result_export(const slidetype_result* result, const char* folder);

/* ---- Scoring a picture ----

   A picture is one field of tissue, as a camera on a microscope takes it. It is scored as `slidetype score` does, with
   the same bits: whole where it shows at most about twice the field that the model was made for, else cut into tiles.

       slidetype_picture_result *result;
       if (slidetype_score_picture(model, "field.jpg", NULL, &result) == SLIDETYPE_OK) {
           slidetype_picture_score score;
           slidetype_picture_result_score(result, &score, sizeof score);
           printf("%s %.4f\n", slidetype_tile_status_name(score.status),
                  slidetype_picture_result_probabilities(result)[1]);
           slidetype_picture_result_free(result);
       }

   Any number of threads may score with one model at once, each call on the thread that makes it. */

typedef struct slidetype_picture_options {
    size_t size;          /* of the struct, as slidetype_picture_options_init was told */
    double field_um;      /* µm that the longer edge of the picture spans; 0: not known */
    double spacing_um_px; /* µm per pixel; 0: what the file says, where that is plausible. field_um counts first */
    double min_tissue;    /* of pictures that are cut: tiles with a smaller share of tissue are background; 0 to 1 */
    int use_gate;         /* pictures and tiles that do not look like tumour do not vote */
    int use_guard;        /* those unlike anything that the model was trained on do not vote */
} slidetype_picture_options;

/* Fills in the defaults; `size` is sizeof(slidetype_picture_options). */
SLIDETYPE_API void slidetype_picture_options_init(slidetype_picture_options* options, size_t size);

typedef struct slidetype_picture_result slidetype_picture_result;

/* Scores a picture in memory: RGB, 8 bit, upright, `height` rows from the top, each of `width` pixels of three bytes,
   `stride` bytes from the beginning of a row to that of the next (3 * width or more). The pixels are copied, so they
   may go after the call. `options` may be NULL; else it was filled by slidetype_picture_options_init. On anything but
   SLIDETYPE_OK `*result` is NULL; SLIDETYPE_BAD_DATA where the picture is too small or too oblong,
   SLIDETYPE_TOO_COARSE where it has fewer pixels per µm than the model needs. */
SLIDETYPE_API slidetype_status slidetype_score_rgb(const slidetype_model* model, const uint8_t* pixels, int32_t width,
                                                   int32_t height, size_t stride,
                                                   const slidetype_picture_options* options,
                                                   slidetype_picture_result** result);
/* The same for a file: JPEG, PNG, TIFF, BMP or WebP, turned upright where it says how, laid over white where it is
   transparent. SLIDETYPE_BAD_DATA, SLIDETYPE_NOT_FOUND or SLIDETYPE_IO where it cannot be read. */
SLIDETYPE_API slidetype_status slidetype_score_picture(const slidetype_model* model, const char* file,
                                                       const slidetype_picture_options* options,
                                                       slidetype_picture_result** result);
/* NULL is allowed. */
SLIDETYPE_API void slidetype_picture_result_free(slidetype_picture_result* result);

/* Where it is known from how large the field of a picture is. */
typedef enum slidetype_scale_source {
    SLIDETYPE_SCALE_FIELD = 0,   /* field_um of the options */
    SLIDETYPE_SCALE_SPACING = 1, /* spacing_um_px of the options */
    SLIDETYPE_SCALE_FILE = 2,    /* the file says */
    SLIDETYPE_SCALE_ASSUMED = 3  /* nobody says: docs/pictures.md tells what is assumed then */
} slidetype_scale_source;
/* As in scores.csv; "unknown" for a number that is none. */
SLIDETYPE_API const char* slidetype_scale_source_name(slidetype_scale_source source);

typedef struct slidetype_picture_score {
    slidetype_tile_status status; /* OK: it votes; BENIGN, UNFAMILIAR: scored, but does not; BACKGROUND: no tissue */
    int32_t voted_class;          /* of the highest probability, as in slidetype_model_class_name; -1: does not vote */
    double prob_tumour;           /* NaN where it was not scored or the model has no gate */
    double strangeness;           /* above 1: unfamiliar; NaN where it was not scored or the model does not know */
    int64_t width, height;        /* pixels, upright */
    double spacing_um_px;         /* of a pixel, by `scale` */
    slidetype_scale_source scale;
    int32_t is_cut;      /* 1: cut into tiles; 0: scored whole */
    size_t tiles;        /* all of them; 1 where it was scored whole */
    size_t voting_tiles; /* of a picture that was scored whole: whether it votes */
} slidetype_picture_score;

/* Writes at most `size` bytes, which is sizeof(slidetype_picture_score). */
SLIDETYPE_API slidetype_status slidetype_picture_result_score(const slidetype_picture_result* result,
                                                              slidetype_picture_score* score, size_t size);
/* One value per class of the model, in its order; NaN where it was not scored. Of a picture that was cut what
   the tiles that vote say together, as those of a slide, or the mean over all that were scored where none votes. Valid
   as long as the result. */
SLIDETYPE_API const double* slidetype_picture_result_probabilities(const slidetype_picture_result* result);
/* Why it does not vote, a sentence; empty where it does. Valid as long as the result. */
SLIDETYPE_API const char* slidetype_picture_result_reason(const slidetype_picture_result* result);
/* What else is to be told, such as why none of it is tissue, or what a picture that was cut is called as a slide;
   mostly empty. Valid as long as the result. */
SLIDETYPE_API const char* slidetype_picture_result_note(const slidetype_picture_result* result);

typedef struct slidetype_picture_tile {
    int64_t x, y, width, height; /* pixels of the picture, upright */
    slidetype_tile_status status;
} slidetype_picture_tile;
/* The tile of a picture that was cut, from the top row by row; of one that was scored whole the picture itself. `size`
   is sizeof(slidetype_picture_tile). `probabilities` may be NULL; else it gets one value per class, NaN where the tile
   was not scored. */
SLIDETYPE_API slidetype_status slidetype_picture_result_tile(const slidetype_picture_result* result, size_t index,
                                                             slidetype_picture_tile* tile, size_t size,
                                                             float* probabilities);

#ifdef __cplusplus
}
#endif

#endif

/* analyse SLIDE OUT [SPACING_UM_PX]: scores one slide with the default model, prints the call and the most LUSC-like
   tile, and writes the result folder OUT.

       cc analyse.c -lslidetype -o analyse */
#include <math.h>
#include <slidetype.h>
#include <stdio.h>
#include <stdlib.h>

static void show_progress(void* user, slidetype_stage stage, uint64_t done, uint64_t total) {
    (void)user;
    if (stage == SLIDETYPE_STAGE_SCORE && done == total)
        fprintf(stderr, "%llu tiles scored\n", (unsigned long long)done);
}

static int report(slidetype_status status) {
    fprintf(stderr, "%s (%s)\n%s\n", slidetype_last_error(), slidetype_status_name(status), slidetype_last_hint());
    return (int)status;
}

/* Where both subtypes have regions of their own, how much of each, and how much would have been enough. */
static void print_areas(const slidetype_model* model, const slidetype_result* result, const slidetype_call* call) {
    for (size_t c = 0; c < slidetype_model_class_count(model); ++c)
        printf("%s: %.2f mm2\n", slidetype_model_class_name(model, c), slidetype_result_class_area(result, c));
    slidetype_thresholds limits = {0};
    slidetype_result_thresholds(result, &limits, sizeof limits);
    printf("in regions of their own: LUAD %.2f mm2, LUSC %.2f mm2 (mixed from %.2f mm2 of each)\n",
           call->coherent_luad_mm2, call->coherent_lusc_mm2, limits.mixed_share * call->voting_mm2);
}

static void print_result(const slidetype_model* model, const slidetype_result* result) {
    slidetype_call call = {0};
    slidetype_result_call(result, &call, sizeof call);
    printf("call: %s\nreason: %s\n", slidetype_call_name(call.label), slidetype_result_reason(result));
    if (!isnan(call.prob_lusc)) printf("P(LUSC): %.3f (%.3f to %.3f)\n", call.prob_lusc, call.ci95_low, call.ci95_high);
    print_areas(model, result, &call);

    const float* probabilities = slidetype_result_probabilities(result);
    const size_t classes = slidetype_model_class_count(model), tiles = slidetype_result_tile_count(result);
    size_t best = tiles, last = classes - 1;
    for (size_t t = 0; t < tiles; ++t) {
        const float p = probabilities[t * classes + last];
        if (!isnan(p) && (best == tiles || p > probabilities[best * classes + last])) best = t;
    }
    if (best == tiles) return;
    slidetype_tile tile;
    slidetype_result_tile(result, best, &tile, sizeof tile);
    printf("most %s: P %.3f at %lld, %lld (%lld x %lld px, %s)\n", slidetype_model_class_name(model, last),
           (double)probabilities[best * classes + last], (long long)tile.x, (long long)tile.y, (long long)tile.width,
           (long long)tile.height, slidetype_tile_status_name(tile.status));
}

int main(int argc, char** argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: analyse SLIDE OUT [SPACING_UM_PX]\n");
        return 1;
    }
    if (slidetype_api_version() != SLIDETYPE_API_VERSION) {
        fprintf(stderr, "the library speaks version %d of the API\n", slidetype_api_version());
        return 1;
    }
    slidetype_model* model = NULL;
    slidetype_status status = slidetype_model_open(NULL, &model);
    if (status != SLIDETYPE_OK) return report(status);

    slidetype_options options;
    slidetype_options_init(&options, sizeof options);
    options.progress = show_progress;
    if (argc > 3) options.spacing_um_px = atof(argv[3]);

    slidetype_result* result = NULL;
    status = slidetype_analyse(model, argv[1], &options, &result);
    if (status == SLIDETYPE_OK) {
        print_result(model, result);
        status = slidetype_result_export(result, argv[2]);
    }
    const int code = status == SLIDETYPE_OK ? 0 : report(status);
    slidetype_result_free(result);
    slidetype_model_close(model);
    return code;
}

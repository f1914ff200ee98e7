/* fuzz_hub.c - any bytes as the config.json of a folder of the hub, and as preprocessor_config.json
 * beside one that says nothing. What is understood builds a sound graph, or is refused there; its
 * labels are as many as its classes and can be shown, its pictures can be made.
 */
#include "description_hub.h"
#include "fuzz.h"

static void check_labels(const Description *description) {
    const Labels *labels = description->labels;
    if (!labels) {
        return;
    }
    fuzz_check(labels->count == description->classes, "a label for each class");
    for (int64_t i = 0; i < labels->count; i++) {
        const char *text = label_text(labels, i);
        fuzz_check(!*text || label_fits(text, strlen(text)), "a label can be shown");
    }
}

static void check_pictures(const Description *description) {
    const Preprocess *how = &description->preprocess;
    fuzz_check(how->test_size[0] >= 1 && how->test_size[1] >= 1 && how->crop_pct > 0 &&
                   how->crop_pct <= 1 && how->std[0] > 0 && how->std[3] > 0,
               "a preprocessing that can be done");
    fuzz_check((int64_t)((double)how->test_size[0] / how->crop_pct) >= how->test_size[0],
               "a crop within the resized picture");
}

static void read_beside(FuzzCase *fuzz, const Source *source) {
    static const char text[] = "{\"architecture\": \"xception_mini\"}";
    Source config = {"config.json", text, sizeof text - 1};
    Description *description = description_parse_hub(fuzz->arena, fuzz->diag, &config, source);
    if (description) {
        check_pictures(description);
    }
}

static void body(FuzzCase *fuzz) {
    Source source = fuzz_source(fuzz);
    read_beside(fuzz, &source);
    Description *description = description_parse_hub(fuzz->arena, fuzz->diag, &source, NULL);
    if (!description) {
        return;
    }
    check_labels(description);
    check_pictures(description);
    Graph *graph = description_build(fuzz->arena, fuzz->diag, description, NULL);
    if (graph) {
        fuzz_check(verify_graph(stderr, graph), "a built graph is sound");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}

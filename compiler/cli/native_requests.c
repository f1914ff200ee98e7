/* native_requests.c - Options -> requests of native/. */
#include "native_requests.h"

int thread_request(const Options *options) {
    return (int)first_or(&options->threads, 1);
}

CheckRequest check_request(const Options *options) {
    return (CheckRequest){.input = options->input,
                          .golden = options->golden,
                          .threads = thread_request(options),
                          .build = build_request(options)};
}

LoadRequest load_request(const Options *options, int size_at, int batch_at) {
    return (LoadRequest){.model = model_request(options, size_at, batch_at),
                         .passes = pass_request(options, NULL),
                         .build = build_request(options)};
}

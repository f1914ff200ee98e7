/* count_runs.c - a program that runs a network as often as it is told, on zeros:
 *
 *   count_runs WEIGHTS RUNS
 *
 * Two counts of its instructions differ by those of one run. MODEL is the network's xnc_model.
 */
#include <stdlib.h>

#include HEADER

int main(int argc, char **argv) {
    xnc_weights *weights;
    size_t bytes = xnc_arena_bytes(&MODEL, 1);
    void *arena = xnc_arena_create(bytes);
    float *input = calloc(xnc_tensor_elements(xnc_model_input(&MODEL)), sizeof *input);
    float *output = calloc(xnc_tensor_elements(xnc_model_output(&MODEL, 0)), sizeof *output);
    if (argc != 3 || !arena || !input || !output ||
        xnc_weights_open(&weights, &MODEL, argv[1], 0) != XNC_OK) {
        return 2;
    }
    for (int i = 0; i < atoi(argv[2]); i++) {
        if (xnc_run(&MODEL, weights, arena, bytes, input, &output, NULL) != XNC_OK) {
            return 1;
        }
    }
    return 0;
}

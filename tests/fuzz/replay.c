/* replay.c - the main function of a fuzz target in a normal build: runs it on every file of the
 * folders given, then on the first half of each, so that inputs that once failed never fail again.
 */
#include "fuzz.h"

#include <dirent.h>

static void replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    fuzz_check(file != NULL, path);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    /* Exactly as long as the input, so that a sanitizer sees a step beyond it. */
    uint8_t *data = malloc(size ? size : 1);
    fuzz_check(data != NULL && fread(data, 1, size, file) == size, path);
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    uint8_t *half = malloc(size / 2 + 1);
    fuzz_check(half != NULL, path);
    memcpy(half, data, size / 2);
    LLVMFuzzerTestOneInput(half, size / 2);
    free(half);
    free(data);
}

static int replay_folder(const char *folder) {
    DIR *entries = opendir(folder);
    int count = 0;
    fuzz_check(entries != NULL, folder);
    for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries)) {
        char path[4096];
        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        replay_file(path);
        count++;
    }
    closedir(entries);
    return count;
}

int main(int count, char **folders) {
    for (int i = 1; i < count; i++) {
        int files = replay_folder(folders[i]);
        printf("%s: %d inputs\n", folders[i], files);
        fuzz_check(files > 0, "a corpus with inputs");
    }
    return 0;
}

/* schema_rows.c - prints the tables of models/README.md from the schema, one line for each key. */
#include "description_spec.h"

static void print_field(Arena *arena, const Field *field) {
    const char *range = field_range(arena, field);
    const char *standard = field->standard ? field->standard : "needed";
    bool told = !field->standard || *standard == '('; /* words for people, not a value */
    printf("| `%s` | %s%s%s | %s | %s%s%s | %s |\n", field->key, field_type_name(field->type),
           *range ? ": " : "", range, field->unit, told ? "" : "`", standard, told ? "" : "`",
           field->doc);
}

static void print_section(Arena *arena, const Section *section) {
    printf("### %s\n\n%s\n\n", section->name, section->doc);
    printf("| key | type and range | unit | default | meaning |\n|---|---|---|---|---|\n");
    for (int i = 0; i < section->count; i++) {
        print_field(arena, &section->fields[i]);
    }
    putchar('\n');
}

int main(void) {
    Arena *arena = arena_create();
    if (!arena || arena_protect(arena)) {
        return 1;
    }
    for (size_t i = 0; i < schema_count(); i++) {
        print_section(arena, schema_at(i));
    }
    arena_destroy(arena);
    return 0;
}

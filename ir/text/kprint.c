/* kprint.c - turns kernel IR into the text form of kernel.h; kparse.c reads it back.
 *
 *   STMT_STORE, base out, value p * 736, operand acc[r]   ->   store out[p * 736] = acc[r]
 *
 * Parentheses are printed exactly where C's precedence would build another tree without them, so
 * the tree that is read back is the tree that was printed. Statements are printed part by part, as
 * their rows in kstmt.h list them.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "attribute_text.h"
#include "clean.h"
#include "kstmt.h"
#include "ktext.h"

/* Prints an operand of an operator, in parentheses if its own operator binds less than level. For a
 * left operand that is the operator's level, for a right one the level above, because operators
 * bind from the left: a - (b - c). */
static void print_operand(FILE *out, const IntExpr *expr, int level) {
    bool parentheses = int_info(expr->kind)->level < level;
    fputs(parentheses ? "(" : "", out);
    print_int(out, expr);
    fputs(parentheses ? ")" : "", out);
}

/* Prints [E], or nothing for an index that a variable does not have. */
static void print_index(FILE *out, const IntExpr *index) {
    if (index) {
        fputc('[', out);
        print_int(out, index);
        fputc(']', out);
    }
}

void print_int(FILE *out, const IntExpr *expr) {
    const IntInfo *info = int_info(expr->kind);
    if (expr->kind == INT_CONST) {
        fprintf(out, "%" PRId64, expr->number);
    } else if (expr->kind == INT_VAR) {
        fputs(expr->name, out);
        print_index(out, expr->a);
        print_index(out, expr->b);
    } else if (expr->kind == INT_MIN || expr->kind == INT_MAX) {
        fprintf(out, "%s(", info->text);
        print_int(out, expr->a);
        fputs(", ", out);
        print_int(out, expr->b);
        fputc(')', out);
    } else {
        print_operand(out, expr->a, info->level);
        fprintf(out, " %s ", info->text);
        print_operand(out, expr->b, info->level + 1);
    }
}

static void print_reg(FILE *out, const Reg *reg) {
    fputs(reg->name, out);
    for (int i = 0; i < reg->n_index; i++) {
        print_index(out, reg->index[i]);
    }
}

static void print_access(FILE *out, const Reg *base, const IntExpr *offset) {
    print_reg(out, base);
    print_index(out, offset);
}

/* Prints P, or P + E when the offset is not 0. */
static void print_pointer(FILE *out, const Reg *base, const IntExpr *offset) {
    print_reg(out, base);
    if (offset->kind != INT_CONST || offset->number != 0) {
        fputs(" + ", out);
        print_operand(out, offset, int_info(INT_ADD)->level);
    }
}

/* An operation has operands and maybe a lane, or a number (constant), or an address (load). */
static void print_operation(FILE *out, const Stmt *stmt) {
    const KOpInfo *info = kop_info(stmt->op);
    fputs(info->name, out);
    for (int i = 0; i < info->operands; i++) {
        fputs(i ? ", " : " ", out);
        print_reg(out, &stmt->operand[i]);
    }
    if (stmt->op == KOP_constant) {
        fputc(' ', out);
        put_number(out, stmt->number);
    } else if (info->reads != ELEMENT_none) {
        fputc(' ', out);
        print_access(out, &stmt->base, stmt->value);
    } else if (kop_is(stmt->op, OF_LANE)) {
        fputs(", ", out);
        print_int(out, stmt->value);
    }
}

static void print_choice(FILE *out, const Stmt *stmt) {
    if (stmt->cond) {
        print_int(out, stmt->cond);
        fputs(" ? ", out);
    }
    print_pointer(out, &stmt->base, stmt->value);
    if (stmt->cond) {
        fputs(" : ", out);
        print_pointer(out, &stmt->other, stmt->other_value);
    }
}

/* Prints pointers as &P[E], whole arrays as &tap, ints as they are. */
static void print_args(FILE *out, const Stmt *stmt) {
    for (int i = 0; i < stmt->n_args; i++) {
        const KArg *arg = &stmt->args[i];
        fputs(i ? ", " : "", out);
        fputs(arg->base.name ? "&" : "", out);
        if (arg->base.name && !arg->value) {
            print_reg(out, &arg->base);
        } else if (arg->base.name) {
            print_access(out, &arg->base, arg->value);
        } else {
            print_int(out, arg->value);
        }
    }
}

static void print_mark(FILE *out, const Stmt *stmt) {
    static const char *const marks[] = {"", " vector", " unroll", " vector unroll", " unroll by"};
    fputs(marks[stmt->mark], out);
    if (stmt->mark == LOOP_UNROLL_BY) {
        fprintf(out, " %" PRId64, stmt->factor);
    }
}

static void print_body(FILE *out, const StmtList *body, int indent) {
    fputs(" {\n", out);
    print_stmts(out, body, indent + 2);
    fprintf(out, "%*s}", indent, "");
}

static void print_stmt(FILE *out, Stmt *stmt, int indent);

/* An orelse that is a single if is printed as "else if", which the parser reads as the same. */
static void print_else(FILE *out, const StmtList *orelse, int indent) {
    if (orelse->count == 0) {
        return;
    }
    fputs(" else", out);
    if (orelse->count == 1 && orelse->at[0]->kind == STMT_IF) {
        fputc(' ', out);
        print_stmt(out, orelse->at[0], indent);
    } else {
        print_body(out, orelse, indent);
    }
}

/* Prints a fixed word or mark. Words and '=' have a blank on both sides, but none in front at the
 * start of a statement; a comma has one after it; brackets have none. */
static void print_text(FILE *out, const char *text, bool first) {
    bool spaced = isalpha((unsigned char)*text) || *text == '=';
    fprintf(out, "%s%s%s", spaced && !first ? " " : "", text, spaced || *text == ',' ? " " : "");
}

static void print_option(FILE *out, const char *text, const IntExpr *expr) {
    if (expr) {
        print_text(out, text, false);
        print_int(out, expr);
    }
}

/* Prints a type in front of a name; f32 is not written. */
static void print_element(FILE *out, Element element) {
    if (element != ELEMENT_f32) {
        fprintf(out, "%s ", element_info(element)->name);
    }
}

/* Prints the parts that are one field: a name, a number, a variable, an expression. */
static void print_field(FILE *out, Stmt *stmt, const StmtPart *part) {
    void *field = stmt_field(stmt, part->at);
    switch (part->kind) {
    case PART_FLAG:
        if (*(bool *)field) {
            print_text(out, part->text, true);
        }
        break;
    case PART_ELEMENT:
        print_element(out, *(Element *)field);
        break;
    case PART_NUMBER:
        fprintf(out, "%" PRId64, *(int64_t *)field);
        break;
    case PART_NAME:
        fputs(*(const char **)field, out);
        break;
    case PART_CALLEE:
        fprintf(out, "$%s", *(const char **)field);
        break;
    case PART_REG:
        print_reg(out, field);
        break;
    case PART_ACCESS:
        print_access(out, field, *(const IntExpr **)stmt_field(stmt, part->offset));
        break;
    default:
        print_int(out, *(const IntExpr **)field);
        break;
    }
}

/* The counterpart of parse_part() in kparse_stmt.c. */
static void print_part(FILE *out, Stmt *stmt, const StmtPart *part, int indent) {
    switch (part->kind) {
    case PART_TEXT:
        print_text(out, part->text, part == stmt_parts(stmt->kind));
        break;
    case PART_OPTION:
        print_option(out, part->text, *(const IntExpr **)stmt_field(stmt, part->at));
        break;
    case PART_CHOICE:
        print_choice(out, stmt);
        break;
    case PART_OPERATION:
        print_operation(out, stmt);
        break;
    case PART_MARK:
        print_mark(out, stmt);
        break;
    case PART_ARGS:
        print_args(out, stmt);
        break;
    case PART_BODY:
        print_body(out, &stmt->body, indent);
        break;
    case PART_ELSE:
        print_else(out, &stmt->orelse, indent);
        break;
    default:
        print_field(out, stmt, part);
        break;
    }
}

/* The caller has written the indentation; indent is for the lines of bodies. A comment has no
 * parts.
 */
static void print_stmt(FILE *out, Stmt *stmt, int indent) {
    if (stmt->kind == STMT_COMMENT) {
        fputs("// ", out);
        put_clean(out, stmt->name, strlen(stmt->name));
    }
    for (const StmtPart *part = stmt_parts(stmt->kind); part->kind != PART_END; part++) {
        print_part(out, stmt, part, indent);
    }
}

void print_stmts(FILE *out, const StmtList *list, int indent) {
    for (int i = 0; i < list->count; i++) {
        fprintf(out, "%*s", indent, "");
        print_stmt(out, list->at[i], indent);
        fputc('\n', out);
    }
}

static void print_param(FILE *out, const KParam *param) {
    static const char *const kinds[] = {"int", "ptr", "ptr mut", "ptrs"};
    fprintf(out, "%s ", kinds[param->kind]);
    print_element(out, param->element);
    fputs(param->name, out);
}

/* Prints one doc line per line of the text. */
static void print_doc(FILE *out, const char *doc) {
    while (doc && *doc) {
        size_t length = strcspn(doc, "\n");
        fputs("  doc ", out);
        put_quoted_part(out, doc, length);
        fputc('\n', out);
        doc += length + (doc[length] == '\n');
    }
}

static void print_function(FILE *out, const Function *function) {
    fprintf(out, "%s $%s", function->is_kernel ? "kernel" : "function", function->name);
    fputs(function->is_kernel ? "" : "(", out);
    for (int i = 0; i < function->n_params; i++) {
        fputs(i ? ", " : "", out);
        print_param(out, &function->params[i]);
    }
    const char *mark = function->is_inline ? " inline" : function->is_noinline ? " noinline" : "";
    fprintf(out, "%s%s {\n", function->is_kernel ? "" : ")", mark);
    print_doc(out, function->doc);
    print_stmts(out, &function->body, 2);
    fputs("}\n", out);
}

static void print_port(FILE *out, const char *word, const Port *port) {
    put_named(out, word, port->name);
    fputc(' ', out);
    put_shape(out, &port->shape);
    fputs(port->channels_last ? " nhwc\n" : "\n", out);
}

/* Prints what precedes the functions. */
static void print_head(FILE *out, const Module *module) {
    put_named(out, "module", module->name);
    put_named(out, " target", module->target);
    if (module->layout) {
        put_named(out, " layout", module->layout);
    }
    if (module->network) {
        put_named(out, " network", module->network);
    }
    fprintf(out, " stage %s", kstage_name(module->stage));
    if (module->precision != PRECISION_f32) {
        fprintf(out, " precision %s", precision_name(module->precision));
    }
    if (module->weights_type != ELEMENT_f32) {
        fprintf(out, " weights_type %s", element_info(module->weights_type)->name);
    }
    fputc('\n', out);
    fprintf(out, "zeros %" PRId64 "\n", module->zeros_floats);
    fprintf(out, "weights %" PRId64 "\n", module->weights_bytes);
    print_port(out, "input", &module->input);
    for (int i = 0; i < module->n_outputs; i++) {
        print_port(out, "output", &module->outputs[i]);
    }
    if (module->scores != SCORES_SOFTMAX) {
        fprintf(out, "scores %s\n", scores_name(module->scores));
    }
    if (!attributes_are_usual(&preprocess_attributes, &module->preprocess)) {
        fputs("preprocess {", out);
        put_attributes(out, NULL, &preprocess_attributes, &module->preprocess);
        fputs(" }\n", out);
    }
}

void print_module(FILE *out, const Module *module) {
    print_head(out, module);
    for (int i = 0; i < module->n_functions; i++) {
        print_function(out, module->functions[i]);
    }
    for (int i = 0; i < module->n_constants; i++) {
        print_constant(out, &module->constants[i]);
    }
    for (int i = 0; i < module->n_layers; i++) {
        print_layer(out, &module->layers[i]);
    }
}

"""What the grammars call their nodes: one table a language, so that the reader itself knows no language.

The names are those of the published tree-sitter grammars (`node-types.json` in each grammar's repository).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one grammar names the parts that the reader needs.

    `calls` and `news` map a node type to the field of its callee; `members` to the fields of object and member; `assigns` to the
    fields of target and value. An empty field name stands for the first named child, or for the last where it is a value's.
    `wrappers` are nodes that stand for the expression inside them.
    `ambiguous_angles`: an open `<` has two readings, and the parser follows both. `line_ends`: a line end ends a statement.
    """

    language: str
    module: str
    factory: str
    identifiers: frozenset[str]
    members: Mapping[str, tuple[str, str]]
    calls: Mapping[str, str]
    assigns: Mapping[str, tuple[str, str]]
    strings: frozenset[str]
    lists: frozenset[str]
    news: Mapping[str, str] = field(default_factory=dict)
    comments: frozenset[str] = frozenset({"comment"})
    imports: frozenset[str] = _NONE
    wrappers: frozenset[str] = _NONE
    types: frozenset[str] = _NONE
    dicts: frozenset[str] = _NONE
    pairs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    named: frozenset[str] = _NONE
    classes: frozenset[str] = _NONE
    bases: frozenset[str] = _NONE
    holes: frozenset[str] = _NONE
    implicit_this: bool = False
    ambiguous_angles: bool = False
    line_ends: bool = False


_PYTHON = Grammar(
    language="python",
    module="tree_sitter_python",
    factory="language",
    identifiers=frozenset({"identifier"}),
    members={"attribute": ("object", "attribute")},
    calls={"call": "function"},
    assigns={"assignment": ("left", "right"), "named_expression": ("name", "value"), "as_pattern": ("alias", "")},
    strings=frozenset({"string"}),
    lists=frozenset({"list", "tuple"}),
    imports=frozenset({"import_statement", "import_from_statement"}),
    wrappers=frozenset({"await", "parenthesized_expression", "subscript"}),
    dicts=frozenset({"dictionary"}),
    pairs={"pair": ("key", "value")},
    named=frozenset({"keyword_argument"}),
    classes=frozenset({"class_definition"}),
    bases=frozenset({"argument_list"}),
    holes=frozenset({"interpolation"}),
    line_ends=True,
)

_SCRIPT_WRAPPERS = frozenset(
    {
        "as_expression",
        "await_expression",
        "non_null_expression",
        "parenthesized_expression",
        "satisfies_expression",
        "subscript_expression",
    }
)


def _script(language: str, module: str, factory: str) -> Grammar:
    return Grammar(
        language=language,
        module=module,
        factory=factory,
        identifiers=frozenset({"identifier", "this", "super", "import", "property_identifier", "type_identifier"}),
        members={"member_expression": ("object", "property")},
        calls={"call_expression": "function"},
        news={"new_expression": "constructor"},
        assigns={
            "variable_declarator": ("name", "value"),
            "assignment_expression": ("left", "right"),
            "public_field_definition": ("name", "value"),
            "field_definition": ("property", "value"),
        },
        strings=frozenset({"string", "template_string"}),
        lists=frozenset({"array"}),
        comments=frozenset({"comment", "html_comment"}),
        imports=frozenset({"import_statement", "export_statement"}),
        wrappers=_SCRIPT_WRAPPERS,
        types=frozenset({"nested_type_identifier", "generic_type"}),
        dicts=frozenset({"object"}),
        pairs={"pair": ("key", "value")},
        classes=frozenset({"class_declaration", "abstract_class_declaration", "class"}),
        bases=frozenset({"class_heritage", "extends_clause", "implements_clause"}),
        holes=frozenset({"template_substitution"}),
    )


_GO = Grammar(
    language="go",
    module="tree_sitter_go",
    factory="language",
    identifiers=frozenset({"identifier", "field_identifier", "type_identifier", "package_identifier"}),
    members={"selector_expression": ("operand", "field")},
    calls={"call_expression": "function", "type_conversion_expression": "type"},
    news={"composite_literal": "type"},
    assigns={"short_var_declaration": ("left", "right"), "assignment_statement": ("left", "right"), "var_spec": ("name", "value")},
    strings=frozenset({"interpreted_string_literal", "raw_string_literal"}),
    lists=_NONE,
    imports=frozenset({"import_spec"}),
    wrappers=frozenset(
        {"expression_list", "parenthesized_expression", "index_expression", "type_assertion_expression", "unary_expression"}
    ),
    types=frozenset({"qualified_type", "generic_type"}),
    dicts=frozenset({"literal_value"}),
    pairs={"keyed_element": ("key", "value")},
    classes=frozenset({"type_spec"}),
    line_ends=True,
)

_JAVA = Grammar(
    language="java",
    module="tree_sitter_java",
    factory="language",
    identifiers=frozenset({"identifier", "this", "super", "type_identifier"}),
    members={"field_access": ("object", "field"), "method_invocation": ("object", "name")},
    calls={"method_invocation": ""},
    news={"object_creation_expression": "type"},
    assigns={"variable_declarator": ("name", "value"), "assignment_expression": ("left", "right")},
    strings=frozenset({"string_literal"}),
    lists=frozenset({"array_initializer"}),
    comments=frozenset({"line_comment", "block_comment"}),
    imports=frozenset({"import_declaration"}),
    wrappers=frozenset({"parenthesized_expression", "array_access"}),
    types=frozenset({"scoped_type_identifier", "generic_type"}),
    classes=frozenset({"class_declaration", "record_declaration", "interface_declaration"}),
    bases=frozenset({"superclass", "super_interfaces", "extends_interfaces", "type_list"}),
    holes=frozenset({"string_interpolation"}),
    implicit_this=True,
    ambiguous_angles=True,
)

_CSHARP = Grammar(
    language="csharp",
    module="tree_sitter_c_sharp",
    factory="language",
    identifiers=frozenset({"identifier", "this", "base"}),
    members={"member_access_expression": ("expression", "name"), "conditional_access_expression": ("condition", "")},
    calls={"invocation_expression": "function"},
    news={"object_creation_expression": "type", "implicit_object_creation_expression": "?"},
    assigns={"variable_declarator": ("name", ""), "assignment_expression": ("left", "right")},
    strings=frozenset({"string_literal", "verbatim_string_literal", "raw_string_literal", "interpolated_string_expression"}),
    lists=frozenset({"collection_expression"}),
    imports=frozenset({"using_directive"}),
    wrappers=frozenset({"await_expression", "parenthesized_expression", "postfix_unary_expression", "element_access_expression"}),
    types=frozenset({"qualified_name", "generic_name", "alias_qualified_name"}),
    dicts=frozenset({"initializer_expression"}),
    pairs={"assignment_expression": ("left", "right")},
    named=frozenset({"argument"}),
    classes=frozenset({"class_declaration", "record_declaration", "interface_declaration", "struct_declaration"}),
    bases=frozenset({"base_list", "primary_constructor_base_type"}),
    holes=frozenset({"interpolation"}),
    implicit_this=True,
    ambiguous_angles=True,
)

GRAMMARS: Mapping[str, Grammar] = {
    grammar.language: grammar
    for grammar in (
        _PYTHON,
        _script("javascript", "tree_sitter_javascript", "language"),
        _script("typescript", "tree_sitter_typescript", "language_typescript"),
        _script("tsx", "tree_sitter_typescript", "language_tsx"),
        _GO,
        _CSHARP,
        _JAVA,
    )
}
"""The languages that can be read, by format id."""

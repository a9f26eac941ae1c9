"""The reasons for which the licence stage refuses a row, each with the sentence that explains it."""

STAGE = "license"

NO_LICENSE = "no_license"
UNKNOWN_LICENSE = "unknown_license"
UNPARSABLE_LICENSE = "unparsable_license"
FAMILY_ONLY = "family_only"
DATABASE_LAYER_ONLY = "database_layer_only"
CONTRADICTORY = "contradictory"
WEAK_EVIDENCE = "weak_evidence"
UNKNOWN_GENERATOR = "unknown_generator"
GENERATOR_FORBIDS = "generator_forbids"
GENERATOR_TERMS = "generator_terms"
USE_RESERVED = "use_reserved"
TEXT_NOT_KEPT = "text_not_kept"
NON_COMMERCIAL = "non_commercial"
NO_DERIVATIVES = "no_derivatives"
CUSTOM_TERMS = "custom_terms"
NOT_PERMITTED = "not_permitted"

REASONS: dict[str, str] = {
    NO_LICENSE: "Nobody says under which licence the text may be used, or all rights are reserved.",
    UNKNOWN_LICENSE: "A licence is named, or a licence text is there, that is not known; unknown is never allowed.",
    UNPARSABLE_LICENSE: "What is said of the licence cannot be read as a licence expression.",
    FAMILY_ONLY: "Only a family of licences is named (`BSD`, `GPL`), and its members differ in what they demand.",
    DATABASE_LAYER_ONLY: "The licence found covers a collection as a database and says nothing of the texts in it.",
    CONTRADICTORY: "Two statements about the same text disagree in a way that matters; the evidence holds both.",
    WEAK_EVIDENCE: "What is known would be admitted, but the evidence for it is weaker than the policy asks.",
    UNKNOWN_GENERATOR: "A model made the row, and which one, or what its terms say of outputs, is not known.",
    GENERATOR_FORBIDS: "A model made the row whose terms forbid training other models on its outputs, or those that"
    " compete, or for commercial ends.",
    GENERATOR_TERMS: "A model made the row whose terms bind what is trained on its outputs, and the policy does not"
    " admit them.",
    USE_RESERVED: "The row's origin reserves the use of the text for training, and the policy honours that.",
    TEXT_NOT_KEPT: "The policy that a finished version was decided anew under admits the row, but the version does not"
    " hold its text; a run of the recipe under that policy will.",
    NON_COMMERCIAL: "The licence forbids commercial use.",
    NO_DERIVATIVES: "The licence forbids adaptations.",
    CUSTOM_TERMS: "The licence limits fields of use, users or outputs, or has parts that must not be changed.",
    NOT_PERMITTED: "The licence is known and open in its way, but the policy does not admit it.",
}

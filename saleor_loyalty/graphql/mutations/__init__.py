"""The mutations, one file each, named as in the schema."""

from .checkout_loyalty_points_apply import CheckoutLoyaltyPointsApply
from .checkout_loyalty_points_remove import CheckoutLoyaltyPointsRemove
from .loyalty_balance_set import LoyaltyBalanceSet
from .loyalty_points_deduct import LoyaltyPointsDeduct
from .loyalty_points_give import LoyaltyPointsGive
from .loyalty_program_create import LoyaltyProgramCreate
from .loyalty_program_draft_update import LoyaltyProgramDraftUpdate
from .loyalty_program_pause import LoyaltyProgramPause
from .loyalty_program_publish import LoyaltyProgramPublish
from .loyalty_program_resume import LoyaltyProgramResume

__all__ = [
    "CheckoutLoyaltyPointsApply",
    "CheckoutLoyaltyPointsRemove",
    "LoyaltyBalanceSet",
    "LoyaltyPointsDeduct",
    "LoyaltyPointsGive",
    "LoyaltyProgramCreate",
    "LoyaltyProgramDraftUpdate",
    "LoyaltyProgramPause",
    "LoyaltyProgramPublish",
    "LoyaltyProgramResume",
]

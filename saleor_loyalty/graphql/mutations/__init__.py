"""The mutations, one file each, named as in the schema."""

from .checkout_loyalty_points_apply import CheckoutLoyaltyPointsApply
from .checkout_loyalty_points_remove import CheckoutLoyaltyPointsRemove
from .loyalty_account_anonymize import LoyaltyAccountAnonymize
from .loyalty_account_close import LoyaltyAccountClose
from .loyalty_account_create import LoyaltyAccountCreate
from .loyalty_account_freeze import LoyaltyAccountFreeze
from .loyalty_account_reopen import LoyaltyAccountReopen
from .loyalty_account_unfreeze import LoyaltyAccountUnfreeze
from .loyalty_accounts_merge import LoyaltyAccountsMerge
from .loyalty_audience_create import LoyaltyAudienceCreate
from .loyalty_audience_delete import LoyaltyAudienceDelete
from .loyalty_audience_send import LoyaltyAudienceSend
from .loyalty_audience_update import LoyaltyAudienceUpdate
from .loyalty_audit_heal import LoyaltyAuditHeal
from .loyalty_audit_start import LoyaltyAuditStart
from .loyalty_balance_set import LoyaltyBalanceSet
from .loyalty_batch_cancel import LoyaltyBatchCancel
from .loyalty_batch_create import LoyaltyBatchCreate
from .loyalty_batch_revert import LoyaltyBatchRevert
from .loyalty_card_delete import LoyaltyCardDelete
from .loyalty_custom_field_archive import LoyaltyCustomFieldArchive
from .loyalty_custom_field_create import LoyaltyCustomFieldCreate
from .loyalty_custom_field_update import LoyaltyCustomFieldUpdate
from .loyalty_custom_field_values_set import LoyaltyCustomFieldValuesSet
from .loyalty_event_endpoint_create import LoyaltyEventEndpointCreate
from .loyalty_event_endpoint_delete import LoyaltyEventEndpointDelete
from .loyalty_event_endpoint_ping import LoyaltyEventEndpointPing
from .loyalty_event_endpoint_secret_rotate import LoyaltyEventEndpointSecretRotate
from .loyalty_event_endpoint_update import LoyaltyEventEndpointUpdate
from .loyalty_event_redeliver import LoyaltyEventRedeliver
from .loyalty_event_report import LoyaltyEventReport
from .loyalty_export_cancel import LoyaltyExportCancel
from .loyalty_export_create import LoyaltyExportCreate
from .loyalty_label_assign import LoyaltyLabelAssign
from .loyalty_label_bulk_assign import LoyaltyLabelBulkAssign
from .loyalty_label_bulk_unassign import LoyaltyLabelBulkUnassign
from .loyalty_label_create import LoyaltyLabelCreate
from .loyalty_label_delete import LoyaltyLabelDelete
from .loyalty_label_merge import LoyaltyLabelMerge
from .loyalty_label_unassign import LoyaltyLabelUnassign
from .loyalty_label_update import LoyaltyLabelUpdate
from .loyalty_lots_extend import LoyaltyLotsExtend
from .loyalty_membership_cancel import LoyaltyMembershipCancel
from .loyalty_membership_create import LoyaltyMembershipCreate
from .loyalty_membership_extend import LoyaltyMembershipExtend
from .loyalty_membership_freeze import LoyaltyMembershipFreeze
from .loyalty_membership_mark_as_paid import LoyaltyMembershipMarkAsPaid
from .loyalty_membership_plan_archive import LoyaltyMembershipPlanArchive
from .loyalty_membership_plan_create import LoyaltyMembershipPlanCreate
from .loyalty_membership_plan_update import LoyaltyMembershipPlanUpdate
from .loyalty_membership_unfreeze import LoyaltyMembershipUnfreeze
from .loyalty_merge_undo import LoyaltyMergeUndo
from .loyalty_note_add import LoyaltyNoteAdd
from .loyalty_note_delete import LoyaltyNoteDelete
from .loyalty_note_update import LoyaltyNoteUpdate
from .loyalty_personal_data_export import LoyaltyPersonalDataExport
from .loyalty_personal_data_request import LoyaltyPersonalDataRequest
from .loyalty_points_bulk_give import LoyaltyPointsBulkGive
from .loyalty_points_deduct import LoyaltyPointsDeduct
from .loyalty_points_give import LoyaltyPointsGive
from .loyalty_program_create import LoyaltyProgramCreate
from .loyalty_program_draft_update import LoyaltyProgramDraftUpdate
from .loyalty_program_pause import LoyaltyProgramPause
from .loyalty_program_publish import LoyaltyProgramPublish
from .loyalty_program_resume import LoyaltyProgramResume
from .loyalty_referral_approve import LoyaltyReferralApprove
from .loyalty_referral_claim import LoyaltyReferralClaim
from .loyalty_referral_code_create import LoyaltyReferralCodeCreate
from .loyalty_referral_reject import LoyaltyReferralReject
from .loyalty_reward_give_back import LoyaltyRewardGiveBack
from .loyalty_reward_issue_create import LoyaltyRewardIssueCreate
from .loyalty_reward_issue_mark_as_used import LoyaltyRewardIssueMarkAsUsed
from .loyalty_reward_issue_reverse import LoyaltyRewardIssueReverse
from .loyalty_reward_redeem import LoyaltyRewardRedeem
from .loyalty_transaction_reverse import LoyaltyTransactionReverse

__all__ = [
    "LoyaltyPersonalDataRequest",
    "LoyaltyPersonalDataExport",
    "LoyaltyMergeUndo",
    "LoyaltyAccountsMerge",
    "LoyaltyAccountUnfreeze",
    "LoyaltyAccountReopen",
    "LoyaltyAccountFreeze",
    "LoyaltyAccountClose",
    "LoyaltyAccountAnonymize",
    "CheckoutLoyaltyPointsApply",
    "CheckoutLoyaltyPointsRemove",
    "LoyaltyAccountCreate",
    "LoyaltyAudienceCreate",
    "LoyaltyAudienceDelete",
    "LoyaltyAudienceSend",
    "LoyaltyAudienceUpdate",
    "LoyaltyAuditHeal",
    "LoyaltyAuditStart",
    "LoyaltyBalanceSet",
    "LoyaltyBatchCancel",
    "LoyaltyBatchCreate",
    "LoyaltyBatchRevert",
    "LoyaltyCardDelete",
    "LoyaltyCustomFieldArchive",
    "LoyaltyCustomFieldCreate",
    "LoyaltyCustomFieldUpdate",
    "LoyaltyCustomFieldValuesSet",
    "LoyaltyEventEndpointCreate",
    "LoyaltyEventEndpointDelete",
    "LoyaltyEventEndpointPing",
    "LoyaltyEventEndpointSecretRotate",
    "LoyaltyEventEndpointUpdate",
    "LoyaltyEventRedeliver",
    "LoyaltyEventReport",
    "LoyaltyExportCancel",
    "LoyaltyExportCreate",
    "LoyaltyLabelAssign",
    "LoyaltyLabelBulkAssign",
    "LoyaltyLabelBulkUnassign",
    "LoyaltyLabelCreate",
    "LoyaltyLabelDelete",
    "LoyaltyLabelMerge",
    "LoyaltyLabelUnassign",
    "LoyaltyLabelUpdate",
    "LoyaltyLotsExtend",
    "LoyaltyMembershipCancel",
    "LoyaltyMembershipCreate",
    "LoyaltyMembershipExtend",
    "LoyaltyMembershipFreeze",
    "LoyaltyMembershipMarkAsPaid",
    "LoyaltyMembershipPlanArchive",
    "LoyaltyMembershipPlanCreate",
    "LoyaltyMembershipPlanUpdate",
    "LoyaltyMembershipUnfreeze",
    "LoyaltyNoteAdd",
    "LoyaltyNoteDelete",
    "LoyaltyNoteUpdate",
    "LoyaltyPointsBulkGive",
    "LoyaltyPointsDeduct",
    "LoyaltyPointsGive",
    "LoyaltyProgramCreate",
    "LoyaltyProgramDraftUpdate",
    "LoyaltyProgramPause",
    "LoyaltyProgramPublish",
    "LoyaltyProgramResume",
    "LoyaltyReferralApprove",
    "LoyaltyReferralClaim",
    "LoyaltyReferralCodeCreate",
    "LoyaltyReferralReject",
    "LoyaltyRewardGiveBack",
    "LoyaltyRewardIssueCreate",
    "LoyaltyRewardIssueMarkAsUsed",
    "LoyaltyRewardIssueReverse",
    "LoyaltyRewardRedeem",
    "LoyaltyTransactionReverse",
]

// Bounds of what is priced: rate sheets, and plans that are made from them.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Rows of one rate sheet: every network that there is, several times over.</summary>
    public const int RateSheetRowsMax = 20_000;

    /// <summary>Days on which one rate sheet changes prices; each is a version of the plan.</summary>
    public const int RateSheetDaysMax = 12;

    /// <summary>Kinds of surcharges on one meter in one plan version: so many parts an event may have on a leg besides its price.</summary>
    public const int SurchargesMax = 4;

    /// <summary>Different readings that a subscription remembers, of all charges and periods that can still change: about 100 bytes each.</summary>
    public const int ReadingsMax = 100_000;

    /// <summary>Changes of one agreement's terms.</summary>
    public const int DatedTermsMax = 50;

    /// <summary>Plan versions that one page answers or one look at the store reads: each may have the charges of a rate sheet.</summary>
    public const int PlanVersionsPageMax = 20;
}

// Live usage as answered.
namespace OrleansBilling.ClientApi.Usage;

/// <summary>Usage of a subscription, or of all below a customer or partner.</summary>
/// <param name="Period">Label, dates, or <c>current</c>: the period of now in each leg's calendar.</param>
/// <param name="AsOf">Everything durable until then is counted.</param>
/// <param name="Meters">By meter.</param>
public sealed record UsageView(string Period, NodaTime.Instant AsOf, IReadOnlyList<MeterUsage> Meters);

/// <summary>Usage of one meter.</summary>
/// <param name="Meter">Meter.</param>
/// <param name="Quantity">Units, counted once however many legs there are.</param>
/// <param name="Events">Events.</param>
/// <param name="Legs">Amounts of the legs in which the caller sells or buys.</param>
/// <param name="Groups">With dimensions in <c>group_by</c>: the same by their values; together they are the whole.</param>
public sealed record MeterUsage(string Meter, string Quantity, long Events, IReadOnlyList<LegUsage> Legs, IReadOnlyList<GroupUsage>? Groups = null);

/// <summary>Usage of one meter with the same values of the dimensions that were asked for.</summary>
/// <param name="Dimensions">Value by dimension; null: the event has none, or it is the price of a package.</param>
/// <param name="Quantity">Units.</param>
/// <param name="Events">Events.</param>
/// <param name="Legs">Amounts of the legs in which the caller sells or buys.</param>
public sealed record GroupUsage(IReadOnlyDictionary<string, string?> Dimensions, string Quantity, long Events, IReadOnlyList<GroupLeg> Legs);

/// <summary>What one agreement makes of a group.</summary>
/// <param name="Agreement">Agreement.</param>
/// <param name="Amount">Exact, unrounded.</param>
public sealed record GroupLeg(string Agreement, ExactMoney Amount);

/// <summary>What one agreement makes of it.</summary>
/// <param name="Agreement">Agreement.</param>
/// <param name="Amount">Exact, unrounded.</param>
/// <param name="Charges">With <c>group_by=charge</c>: the same by charge of the plan.</param>
public sealed record LegUsage(string Agreement, ExactMoney Amount, IReadOnlyList<ChargeUsage>? Charges = null);

/// <summary>What one charge makes of it.</summary>
/// <param name="Charge">Charge within the plan.</param>
/// <param name="Quantity">Units.</param>
/// <param name="Events">Events.</param>
/// <param name="Amount">Exact, unrounded.</param>
public sealed record ChargeUsage(string Charge, string Quantity, long Events, ExactMoney Amount);

/// <summary>Money with every digit that counts.</summary>
/// <param name="Amount">Decimal.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record ExactMoney(string Amount, string Currency);

// Imports a rate sheet into a plan: reads, decides, and adds the versions that come out, all within one turn of the plan.
using NodaTime.Text;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.RateSheets;
using OrleansBilling.GrainInterfaces.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>
/// A sheet begins after the plan's newest version: that one would hold again after the sheet's days, and versions are never changed. Versions are written in
/// order of time, each whole; what a crash leaves undone is done by sending the sheet again from the first missing day.
/// </summary>
public sealed class RateSheetImport(Catalogue catalogue, DefinitionWriter writer)
{
    /// <summary>Imports, or says what would come of it.</summary>
    public async Task<ImportRatesAnswer> Import(ImportRatesCommand command, CancellationToken cancel)
    {
        var from = LocalDatePattern.Iso.Parse(command.From).GetValueOrThrow();
        var meter = await catalogue.Find<Meter>(DefinitionKinds.Meter, command.Meter, cancel);
        var errors = FaultsOf(meter, command.Meter);
        var (rows, faults) = RateSheetCsv.Read(command.Csv, from);
        errors.Add(faults);
        if (!errors.IsEmpty)
            return Refused(errors);
        var newest = (await catalogue.PlanVersions(command.Plan, cancel)).OrderBy(one => DayOf(one.Version)).ThenBy(one => one.Number).LastOrDefault();
        if (newest.Version is { } version && from <= DayOf(version))
        {
            var begins = LocalDatePattern.Iso.Format(DayOf(version));
            return Refused(FieldErrors.Of("effective_from", $"must be after {begins}, when version {newest.Number} of the plan begins"),
                DefineOutcome.Conflict);
        }

        var (plan, undecided) = RateSheetDecider.Decide(new RateSheet(command.Meter, from, command.IsWhole, rows), newest.Version);
        foreach (var made in plan.Versions)
            undecided.Add(PlanVersionRules.Check(made));
        return undecided.IsEmpty ? await Write(command, plan, cancel) : Refused(undecided);
    }

    private async Task<ImportRatesAnswer> Write(ImportRatesCommand command, RateSheetPlan plan, CancellationToken cancel)
    {
        var versions = new List<RateVersion>();
        foreach (var made in plan.Versions)
        {
            var day = LocalDatePattern.Iso.Format(made.EffectiveFrom.Date!.Value);
            int? number = null;
            if (!command.IsTrial)
            {
                var define = new DefineCommand { Kind = DefinitionKinds.PlanVersion, Id = command.Plan, Body = "", Actor = command.Actor };
                var answer = await writer.Write(define, made, cancel);
                if (answer.Outcome is DefineOutcome.Invalid or DefineOutcome.Conflict)
                    return new ImportRatesAnswer { Outcome = answer.Outcome, Problems = answer.Problems };
                number = answer.Version;
            }

            versions.Add(new RateVersion { Number = number, From = day, Charges = made.Charges.Length });
        }

        return new ImportRatesAnswer
        {
            Outcome = command.IsTrial || versions.Count == 0 ? DefineOutcome.Unchanged : DefineOutcome.Created,
            Versions = [.. versions],
            Changes = [.. plan.Changes.Select(change => new RateChanged
            {
                Line = change.Line, Country = change.Key.Country, Network = change.Key.Network, Kind = change.Kind, Previous = change.Previous,
                Price = change.Price, On = LocalDatePattern.Iso.Format(change.On),
            })],
        };
    }

    // A version from an instant counts from the day in UTC.
    private static NodaTime.LocalDate DayOf(PlanVersion version) => version.EffectiveFrom.Date ?? version.EffectiveFrom.Instant!.Value.InUtc().Date;

    private static FieldErrors FaultsOf(Meter? meter, string id)
    {
        if (meter is null)
            return FieldErrors.Of("meter", $"no meter \"{id}\"");
        var errors = new FieldErrors();
        foreach (var dimension in new[] { RateSheetDecider.CountryDimension, RateSheetDecider.NetworkDimension }.Except(meter.Dimensions))
            errors.Add("meter", $"\"{id}\" has no dimension \"{dimension}\"");
        return errors;
    }

    private static ImportRatesAnswer Refused(FieldErrors errors, DefineOutcome outcome = DefineOutcome.Invalid) => new()
    {
        Outcome = outcome,
        Problems = [.. errors.SelectMany(field => field.Value.Select(message => new FieldProblem { Field = field.Key, Message = message }))],
    };
}

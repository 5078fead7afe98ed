// The API in a host: what it registers, and the order of its middleware.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Alerts;
using OrleansBilling.ClientApi.Allowances;
using OrleansBilling.ClientApi.Backfills;
using OrleansBilling.ClientApi.Bills;
using OrleansBilling.ClientApi.Clock;
using OrleansBilling.ClientApi.Closing;
using OrleansBilling.ClientApi.Collection;
using OrleansBilling.ClientApi.Corrections;
using OrleansBilling.ClientApi.Deliveries;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Dunning;
using OrleansBilling.ClientApi.Enquiries;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.ClientApi.Health;
using OrleansBilling.ClientApi.Holds;
using OrleansBilling.ClientApi.Hosting;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Notifications;
using OrleansBilling.ClientApi.OpenApi;
using OrleansBilling.ClientApi.Parties;
using OrleansBilling.ClientApi.Payouts;
using OrleansBilling.ClientApi.PriceCorrections;
using OrleansBilling.ClientApi.Privacy;
using OrleansBilling.ClientApi.Reports;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.ClientApi.Sessions;
using OrleansBilling.ClientApi.Statements;
using OrleansBilling.ClientApi.Subscriptions;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.ClientApi.Wallets;

namespace OrleansBilling.ClientApi;

/// <summary>
/// Needs in the host: the storage ports with their time provider, a grain factory, <c>BillingClock</c>, and <c>ISandboxControl</c> with a
/// sandbox clock.
/// </summary>
public static class ClientApiSetup
{
    /// <summary>Registers the API. The key comes from the operator's environment; none: see <see cref="EnsureAdminKey"/>.</summary>
    public static IServiceCollection AddBillingApi(this IServiceCollection services, AdminKey? admin = null)
    {
        services.AddSingleton(admin ?? AdminKey.None);
        services.AddSingleton<KeyRing>();
        services.AddSingleton<IPartyTree, PartyTree>();
        services.AddSingleton<IdempotentCommands>();
        services.AddSingleton<KnownFacts>();
        services.AddSingleton<KnownQuery>();
        services.AddSingleton<Subtree>();
        services.AddSingleton<TaggedCustomers>();
        services.AddSingleton<MovedParties>();
        services.AddSingleton<PastParties>();
        services.AddSingleton<UsageParts>();
        services.AddSingleton<ProductReader>();
        services.AddSingleton<PartnerWrites>();
        services.AddSingleton<DefinitionReader>();
        services.AddSingleton<DefinitionWriter>();
        services.AddSingleton<WalletReader>();
        services.AddSingleton<HoldDispatcher>();
        services.AddSingleton<FundsCheck>();
        services.AddSingleton<GrantDispatcher>();
        services.AddSingleton<SubscriptionCommander>();
        services.AddSingleton<CorrectionDispatcher>();
        services.AddSingleton<BackfillReverting>();
        services.AddSingleton<PriceCorrecting>();
        services.AddSingleton<ParkedReports>().AddHostedService<ParkedReportPoll>();
        services.AddSingleton<WalletHistory>();
        services.AddSingleton<ExactBalance>();
        services.AddSingleton<SubscriptionDirectory>();
        services.AddSingleton<EventChunks>();
        services.AddSingleton<Continuations>();
        services.AddSingleton<ChunkDispatcher>();
        services.AddSingleton<PersonalMeters>().AddHostedService<PersonalMeterPoll>();
        services.AddSingleton<PersonalSecrets>();
        services.TryAddSingleton(WebhookHosts.None);
        services.AddSingleton<WebhookSender>().AddSingleton<WebhookDelivering>();
        services.AddSingleton<AlertBoard>();
        services.AddSingleton<AlertEvaluator>();
        services.AddSingleton<AlertWriter>();
        services.AddSingleton<AlertWorker>().AddHostedService(provider => provider.GetRequiredService<AlertWorker>());
        services.AddReading();
        services.AddApiDescription();
        services.Configure<JsonOptions>(options => SpeakBillingJson(options.SerializerOptions));
        services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = Limits.BodyBytesMax;
        });
        services.AddRequestTimeouts(options => options.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = Limits.HttpTimeout,
            WriteTimeoutResponse = context => ProblemMapping.Of(new TimeoutException(), context).ExecuteAsync(context),
        });
        return services;
    }

    // States of parties, live and billed usage, documents, accounts.
    private static void AddReading(this IServiceCollection services)
    {
        services.AddSingleton<PartyStateReader>();
        services.AddSingleton<PartyStateDesk>();
        services.AddSingleton<PartyEnding>();
        services.AddSingleton<JournalUsage>();
        services.AddSingleton<UsageReader>();
        services.AddSingleton<UsageStreams>();
        services.AddSingleton<PreviewReader>();
        services.AddSingleton<UsageReportReader>();
        services.AddSingleton<RevenueReportReader>();
        services.AddSingleton<ResellerReportReader>();
        services.AddSingleton<PartnerMarginReader>();
        services.AddSingleton<StatementTemplates>();
        services.AddSingleton<StatementReader>();
        services.AddSingleton<BuyingAgreements>();
        services.AddSingleton<BilledCustomers>();
        services.AddSingleton<PaymentDesk>();
        services.AddSingleton<ServiceBalance>();
        services.AddSingleton<PurchaseDesk>();
    }

    /// <summary>Makes the first key of an installation; its text when it is new (show it once), else null.</summary>
    public static Task<string?> EnsureAdminKey(this WebApplication app, CancellationToken cancel = default) =>
        app.Services.GetRequiredService<KeyRing>().EnsureAdminKey(cancel);

    /// <summary>Maps the API. Call it before anything else is mapped: it brings its own routing.</summary>
    public static WebApplication MapBillingApi(this WebApplication app)
    {
        app.Use(SecurityHeaders.Set);
        app.UseMiddleware<ProblemMapping>();
        app.UseStatusCodePages(ProblemMapping.OfStatus);
        // Apart, or every event would pass through it.
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/docs"), docs => docs.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "docs";
            page.DocumentTitle = "OrleansBilling API";
            page.SwaggerEndpoint("/openapi/v1.json", "OrleansBilling v1");
        }));
        app.UseRouting();
        app.UseRequestTimeouts();
        var keys = app.Services.GetRequiredService<KeyRing>();
        app.Use((context, next) => AccessControl.Check(context, next, keys));
        app.Use(app.Services.GetRequiredService<KnownQuery>().Check);
        MapRoutes(app);
        return app;
    }

    private static void MapRoutes(IEndpointRouteBuilder app)
    {
        app.MapDefinitions();
        app.MapPartyStates();
        app.MapDunning();
        app.MapPlanVersions().MapRateSheets();
        app.MapProductPrices().MapRates().MapCatalogues();
        app.MapEvents();
        app.MapUsage();
        app.MapUsageStreams();
        app.MapWallets().MapTopUpReceipts();
        app.MapCharges();
        app.MapBills().MapRecurringBills().MapProviderUses();
        app.MapCollection().MapPayouts();
        app.MapPayments().MapPaymentNotices().MapReceipts();
        app.MapCreditNotes().MapWithholdings();
        app.MapAllocations().MapOpeningBalances();
        app.MapAccountStatements().MapLedger();
        app.MapNotifications().MapWebhooks();
        app.MapUsageAlerts();
        app.MapHolds().MapPriceEnquiries();
        app.MapGrants();
        app.MapSubscriptionCommands();
        app.MapSessions();
        app.MapResellerTags();
        app.MapAccountSituations();
        app.MapCorrections().MapDeliveries();
        app.MapBackfills();
        app.MapPriceCorrections();
        app.MapErasures();
        app.MapMoves();
        app.MapRuns();
        app.MapDocuments().MapDocumentChildren();
        app.MapPreviews();
        app.MapStatements().MapEstimates();
        app.MapReports();
        app.MapRevenueShare().MapAgeing().MapWithholdingReport().MapResellerReport().MapPartnerMargins();
        app.MapApiKeys();
        app.MapClock();
        app.MapHealth();
        ApiDescriptionText.Map(app);
        app.MapGet("/", () => Results.Redirect("/docs")).AllowAnonymous().ExcludeFromDescription();
    }

    // The same dialect as everywhere else; its options themselves are read-only.
    private static void SpeakBillingJson(System.Text.Json.JsonSerializerOptions options)
    {
        var dialect = BillingJson.Options;
        options.PropertyNamingPolicy = dialect.PropertyNamingPolicy;
        options.DictionaryKeyPolicy = dialect.DictionaryKeyPolicy;
        options.DefaultIgnoreCondition = dialect.DefaultIgnoreCondition;
        options.NumberHandling = dialect.NumberHandling;
        options.UnmappedMemberHandling = dialect.UnmappedMemberHandling;
        options.Encoder = dialect.Encoder;
        options.MaxDepth = dialect.MaxDepth;
        foreach (var converter in dialect.Converters) options.Converters.Add(converter);
    }
}

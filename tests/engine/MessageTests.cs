// What travels in calls: values, records, references, defaults and failures.
namespace OrleansBilling.Engine.Tests;

public sealed class MessageTests(EngineHost host) : EngineTest(host)
{
    [Fact]
    public async Task default_values_of_parameters_hold()
    {
        var grain = Grain<ICounterGrain>();
        (await grain.Add()).ShouldBe(5);
        (await grain.Add(1)).ShouldBe(6);
        (await grain.Add(1, null)).ShouldBe(106);
    }

    [Fact]
    public async Task value_tasks_carry_results()
    {
        var grain = Grain<ICounterGrain>();
        (await grain.Twice(21)).ShouldBe(42);
        await grain.Nothing();
    }

    [Fact]
    public async Task records_arrive_as_the_type_they_are()
    {
        var grain = Grain<ICounterGrain>();
        (await grain.Scale(new Circle(2m), new Amount(1.5m, "EUR"))).ShouldBe(new Circle(3.0m));
        (await grain.Scale(new Square { Side = 2m }, new Amount(2m, "EUR"))).ShouldBe(new Square { Side = 4m });
    }

    [Fact]
    public async Task what_the_sender_changes_later_does_not_reach_the_grain()
    {
        var grain = Grain<ICounterGrain>();
        var basket = new Basket { Items = ["a"], Prices = { ["a"] = new(1m, "EUR") } };
        await grain.Keep(basket);
        basket.Items.Add("b");
        basket.Prices.Clear();
        var kept = await grain.Kept();
        kept.Items.ShouldBe(["a"]);
        kept.Prices.ShouldBe([new("a", new(1m, "EUR"))]);
    }

    [Fact]
    public async Task what_the_caller_changes_in_an_answer_does_not_reach_the_grain()
    {
        var grain = Grain<ICounterGrain>();
        await grain.Keep(new Basket { Items = ["a"] });
        (await grain.Kept()).Items.Clear();
        (await grain.Kept()).Items.ShouldBe(["a"]);
    }

    [Fact]
    public async Task bytes_arrive()
        => (await Grain<ICounterGrain>().Bytes(new byte[] { 1, 2, 3 })).ToArray().ShouldBe([1, 2, 3]);

    [Fact]
    public async Task a_reference_in_a_message_can_be_called()
    {
        (await Grain<ICounterGrain>().Meet(new Introduction { Whom = Grain<ICounterGrain>("other") })).ShouldBe(7);
        (await Grain<ICounterGrain>("other").Add(0)).ShouldBe(7);
    }

    [Fact]
    public async Task a_grain_can_hand_out_itself()
    {
        var me = await Grain<ICounterGrain>().Me();
        (await me.Whom.Name()).ShouldBe(Key);
        me.Whom.GetPrimaryKeyString().ShouldBe(Key);
        me.Whom.ShouldBe(Grain<ICounterGrain>());
    }

    [Fact]
    public async Task inherited_methods_are_called_through_both_interfaces()
    {
        (await Grain<ICounterGrain>().Name()).ShouldBe(Key);
        (await Grain<ICounterGrain>().AsReference<INamed>().Name()).ShouldBe(Key);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task an_exception_arrives_with_its_fields(bool later)
    {
        var error = await Should.ThrowAsync<RefusedException>(Grain<ICounterGrain>().Fail(42, later));
        error.Message.ShouldBe("refused");
        error.Code.ShouldBe(42);
    }

    [Fact]
    public async Task an_exception_before_the_first_await_of_a_value_task_arrives()
        => (await Should.ThrowAsync<InvalidOperationException>(async () => await Grain<ICounterGrain>().FailWithNothing())).Message.ShouldBe("at once");
}

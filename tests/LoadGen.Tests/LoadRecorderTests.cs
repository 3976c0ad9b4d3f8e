using LoadGen.Measuring;

namespace LoadGen.Tests;

public sealed class LoadRecorderTests
{
    [Test]
    public void A_failure_is_slower_than_any_reply_so_that_failing_improves_nothing()
    {
        var recorder = new LoadRecorder(failedNs: 10_000_000_000);
        for (int i = 0; i < 90; i++)
        {
            recorder.OnReply(1_000_000);
        }

        for (int i = 0; i < 10; i++)
        {
            recorder.OnFailed(ageNs: 5, "refused");
        }

        Assert.That(recorder.Errors, Is.EqualTo(10));
        Assert.That(recorder.FirstFailure, Is.EqualTo("refused"));
        Assert.That(recorder.Latency.PercentileNs(0.9), Is.LessThan(2_000_000));
        Assert.That(recorder.Latency.PercentileNs(0.91), Is.GreaterThanOrEqualTo(10_000_000_000));
    }

    [Test]
    public void What_was_not_sent_is_an_error()
    {
        var recorder = new LoadRecorder(failedNs: 1_000);
        recorder.OnSkipped();
        Assert.That((recorder.Skipped, recorder.Errors, recorder.Latency.Count), Is.EqualTo((1L, 1L, 1L)));
    }
}
